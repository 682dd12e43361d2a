package dev.perennial.api;

import java.util.Optional;

/**
 * An issuer that takes orders while another one is unavailable.
 *
 * @param reason why it may not take them
 */
public record FallbackDetail(String issuer, boolean usable, Optional<String> reason) {
    public FallbackDetail {
        reason = Absent.asEmpty(reason);
    }
}
