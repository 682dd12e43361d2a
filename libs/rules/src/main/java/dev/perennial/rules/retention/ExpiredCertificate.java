package dev.perennial.rules.retention;

import java.time.Instant;

/**
 * The facts about an issued certificate that determine how long it is kept.
 *
 * @param current whether it is the one that is served, or was served last
 * @param newest whether none was issued for the same certificate later
 * @param beingRevoked whether a requested revocation has not ended
 */
public record ExpiredCertificate(boolean current, boolean newest, boolean beingRevoked, Instant notAfter) {}
