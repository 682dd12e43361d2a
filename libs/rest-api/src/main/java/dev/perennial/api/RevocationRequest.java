package dev.perennial.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.perennial.events.RevocationReason;
import java.util.Optional;

/**
 * A request to revoke an X.509 certificate of a certificate: the current one, or the one with that fingerprint or
 * serial.
 *
 * @param fingerprint SHA-256 of the DER encoding, in hex
 * @param serial in hex
 * @param comment for the timeline
 * @param replace whether a replacement is served first; by default the reason decides
 */
public record RevocationRequest(
        Optional<String> fingerprint,
        Optional<String> serial,
        @JsonProperty(required = true) RevocationReason reason,
        Optional<String> comment,
        Optional<Boolean> replace) {
    public RevocationRequest {
        fingerprint = Absent.asEmpty(fingerprint);
        serial = Absent.asEmpty(serial);
        comment = Absent.asEmpty(comment);
        replace = Absent.asEmpty(replace);
    }
}
