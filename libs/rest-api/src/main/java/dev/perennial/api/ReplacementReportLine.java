package dev.perennial.api;

import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import java.time.Instant;
import java.util.Optional;

/**
 * The result for one certificate of a replacement.
 *
 * @param rank its place in the plan, from 0
 * @param fingerprint of the X.509 certificate that is replaced
 * @param newFingerprint of its replacement; in a drill, of the certificate that the rehearsal issuer issued
 * @param seconds from {@code releasedAt} to {@code settledAt}
 */
public record ReplacementReportLine(
        int rank,
        CertificateId certificateId,
        String name,
        String owner,
        ReplacementItemState state,
        String fingerprint,
        Optional<String> serial,
        Optional<String> newFingerprint,
        Optional<String> newSerial,
        Optional<OrderId> orderId,
        Optional<Instant> releasedAt,
        Optional<Instant> settledAt,
        Optional<Long> seconds,
        Optional<OrderProblem> problem) {
    public ReplacementReportLine {
        serial = Absent.asEmpty(serial);
        newFingerprint = Absent.asEmpty(newFingerprint);
        newSerial = Absent.asEmpty(newSerial);
        orderId = Absent.asEmpty(orderId);
        releasedAt = Absent.asEmpty(releasedAt);
        settledAt = Absent.asEmpty(settledAt);
        seconds = Absent.asEmpty(seconds);
        problem = Absent.asEmpty(problem);
    }
}
