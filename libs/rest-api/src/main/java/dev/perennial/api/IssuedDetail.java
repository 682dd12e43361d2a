package dev.perennial.api;

import dev.perennial.events.OrderId;
import java.time.Instant;
import java.util.Optional;

/**
 * An X.509 certificate that a CA issued for a certificate.
 *
 * @param inUse whether it is the one to serve now
 * @param revokedAt present if it is revoked, by Perennial or by others
 * @param revocationReason as RFC 5280 section 5.3.1 names it
 * @param revocation the state of the request to revoke it
 * @param status absent before the first check
 */
public record IssuedDetail(
        String fingerprint,
        String serial,
        String issuer,
        OrderId orderId,
        Instant notBefore,
        Instant notAfter,
        boolean inUse,
        Optional<Instant> revokedAt,
        Optional<String> revocationReason,
        Optional<RevocationDetail> revocation,
        Optional<StatusDetail> status) {
    public IssuedDetail {
        revokedAt = Absent.asEmpty(revokedAt);
        revocationReason = Absent.asEmpty(revocationReason);
        revocation = Absent.asEmpty(revocation);
        status = Absent.asEmpty(status);
    }
}
