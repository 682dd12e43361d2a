package dev.perennial.rules.renewal;

import dev.perennial.rules.lifecycle.OrderCause;
import java.time.Instant;

/**
 * When a certificate is to be renewed.
 *
 * @param at the moment, past where it should have been already
 * @param cause the check that asks for the earliest moment
 * @param deadline up to which a change window may move it
 */
public record RenewalTime(Instant at, OrderCause cause, Instant deadline) {}
