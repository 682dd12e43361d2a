package dev.perennial.api;

import dev.perennial.events.IssuerSettings;
import java.time.Instant;
import java.util.Optional;

/**
 * One change of an issuer.
 *
 * @param before absent if the issuer was created
 * @param after absent if the issuer was deleted
 */
public record IssuerChangeDetail(
        long revision,
        Instant at,
        IssuerSource changedBy,
        Optional<IssuerSettings> before,
        Optional<IssuerSettings> after,
        Optional<String> traceId) {
    public IssuerChangeDetail {
        before = Absent.asEmpty(before);
        after = Absent.asEmpty(after);
        traceId = Absent.asEmpty(traceId);
    }
}
