package dev.perennial.api;

import java.time.Instant;

/**
 * The code with which the agent of a host registers one key.
 *
 * @param code a secret until it is used or has expired
 */
public record CreatedEnrolment(String code, Instant expiresAt) {
    /** Without the secret. */
    @Override
    public String toString() {
        return "CreatedEnrolment[" + expiresAt + "]";
    }
}
