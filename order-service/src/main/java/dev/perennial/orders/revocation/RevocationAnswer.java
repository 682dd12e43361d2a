package dev.perennial.orders.revocation;

import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.events.RevocationReason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The answer to a request to revoke: one entry for each X.509 certificate that is revoked for it. */
public record RevocationAnswer(List<Planned> revocations) {
    public RevocationAnswer {
        revocations = List.copyOf(revocations);
    }

    /**
     * The revocation of one X.509 certificate.
     *
     * @param replacedFirst whether a new certificate is served before this one is revoked
     * @param revokeBy the latest time of the revocation; absent if it waits for its replacement without a limit
     * @param retired whether the certificate is no longer renewed
     */
    public record Planned(
            CertificateId certificateId,
            OrderId orderId,
            String name,
            String owner,
            String fingerprint,
            String serial,
            RevocationReason reason,
            boolean replacedFirst,
            Optional<Instant> revokeBy,
            boolean retired) {}
}
