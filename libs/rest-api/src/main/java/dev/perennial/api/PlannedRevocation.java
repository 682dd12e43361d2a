package dev.perennial.api;

import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.events.RevocationReason;
import java.time.Instant;
import java.util.Optional;

/**
 * The revocation of one X.509 certificate.
 *
 * @param replacedFirst whether a replacement is served before the revocation
 * @param revokeBy the latest time of the revocation; absent if it waits for the replacement without limit
 * @param retired whether the certificate is no longer renewed
 */
public record PlannedRevocation(
        CertificateId certificateId,
        OrderId orderId,
        String name,
        String owner,
        String fingerprint,
        String serial,
        RevocationReason reason,
        boolean replacedFirst,
        Optional<Instant> revokeBy,
        boolean retired) {
    public PlannedRevocation {
        revokeBy = Absent.asEmpty(revokeBy);
    }
}
