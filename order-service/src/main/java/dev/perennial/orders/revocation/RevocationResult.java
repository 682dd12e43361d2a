package dev.perennial.orders.revocation;

import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationReason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a requester is told. */
public sealed interface RevocationResult {
    /** One for each X.509 certificate that is revoked for it. */
    record Accepted(List<Planned> revocations) implements RevocationResult {
        public Accepted {
            revocations = List.copyOf(revocations);
        }
    }

    record Refused(List<Problem> problems) implements RevocationResult {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /**
     * @param replacedFirst a new certificate is served before this one is revoked
     * @param revokeBy when it is revoked at the latest; absent where it waits for its replacement for as long as that takes
     * @param retired the certificate is not kept alive any more
     */
    record Planned(
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
