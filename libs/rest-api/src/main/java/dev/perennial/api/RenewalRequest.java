package dev.perennial.api;

import java.util.Optional;

/** @param reason for the timeline, at most 500 characters */
public record RenewalRequest(Optional<String> reason) {
    public RenewalRequest {
        reason = Absent.asEmpty(reason);
    }
}
