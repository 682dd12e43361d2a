package dev.perennial.api;

import java.time.Instant;
import java.util.Optional;

/**
 * The latest revocation status in the CRL or OCSP response of the CA.
 *
 * @param since the time of the first check with this status
 * @param source the URL of the CRL or of the responder
 * @param detail why the status is not available
 */
public record StatusDetail(
        PublishedStatus status,
        Instant since,
        Instant checkedAt,
        Instant nextCheckAt,
        Optional<String> source,
        Optional<String> detail) {
    public StatusDetail {
        source = Absent.asEmpty(source);
        detail = Absent.asEmpty(detail);
    }
}
