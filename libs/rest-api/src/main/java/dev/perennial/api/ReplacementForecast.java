package dev.perennial.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The plan of a replacement, as of the time of planning.
 *
 * @param selected certificates that match the selector
 * @param certificates those of them that run; fewer in the drill of a sample
 * @param first the first certificates of the plan
 * @param paceSeconds the median time from placing an order to the proof on every host
 * @param paceMeasured whether the pace is measured; otherwise it is assumed
 * @param end the time of the last proof after an immediate approval
 * @param byDeadline the number of certificates proven by the deadline
 * @param waits the limits of the CAs that delay orders
 */
public record ReplacementForecast(
        int selected,
        int certificates,
        List<CertificateCount> byIssuer,
        List<CertificateCount> byOwner,
        List<CertificateCount> byDomain,
        List<FirstCertificate> first,
        long paceSeconds,
        boolean paceMeasured,
        Instant end,
        long durationSeconds,
        Optional<Integer> byDeadline,
        List<CertificateCount> waits,
        List<String> warnings) {
    public ReplacementForecast {
        byIssuer = Absent.asEmpty(byIssuer);
        byOwner = Absent.asEmpty(byOwner);
        byDomain = Absent.asEmpty(byDomain);
        first = Absent.asEmpty(first);
        byDeadline = Absent.asEmpty(byDeadline);
        waits = Absent.asEmpty(waits);
        warnings = Absent.asEmpty(warnings);
    }
}
