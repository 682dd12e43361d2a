package dev.perennial.rules.renewal;

import dev.perennial.rules.lifecycle.OrderCause;
import java.time.Instant;

/**
 * The renewal time of a certificate.
 *
 * @param at in the past if the renewal is overdue
 * @param cause the check that yielded the earliest time
 * @param deadline the latest time to which a change window may move it
 */
public record RenewalTime(Instant at, OrderCause cause, Instant deadline) {}
