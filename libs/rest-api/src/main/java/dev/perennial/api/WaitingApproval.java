package dev.perennial.api;

import dev.perennial.events.ApprovalId;
import java.time.Instant;

/**
 * The approval for which a request waits; it has no effect before.
 *
 * @param role that decides; an admin also may
 * @param expiresAt the end of the time for the decision
 * @param text the same for people
 */
public record WaitingApproval(ApprovalId id, String role, Instant expiresAt, String text) {}
