package dev.perennial.api;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list of certificates.
 *
 * @param next the cursor of the next page; absent on the last page
 */
public record CertificatePage(List<CertificateSummary> items, Optional<String> next) {
    public CertificatePage {
        items = Absent.asEmpty(items);
        next = Absent.asEmpty(next);
    }
}
