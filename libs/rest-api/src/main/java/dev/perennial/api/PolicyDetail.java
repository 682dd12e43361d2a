package dev.perennial.api;

import java.time.Instant;
import java.util.Optional;

/**
 * The policy of the owners that the caller may read.
 *
 * @param revision for the header If-Match; 0 without a policy
 * @param changedAt absent without a policy
 * @param complete whether the document has all owners; otherwise it has those that the grants of the caller cover
 */
public record PolicyDetail(long revision, Optional<Instant> changedAt, boolean complete, PolicyDocument document) {
    public PolicyDetail {
        changedAt = Absent.asEmpty(changedAt);
    }
}
