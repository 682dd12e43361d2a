package dev.perennial.api;

import dev.perennial.events.CertificateId;
import dev.perennial.events.KeyType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A certificate with the purpose and the state of its latest order.
 *
 * @param waiting why the latest order is not placed yet
 * @param issued absent before the first issuance
 * @param renewal absent if nothing is issued or the certificate is retired
 */
public record CertificateSummary(
        CertificateId certificateId,
        String name,
        String owner,
        Purpose purpose,
        CertificateState state,
        Optional<Waiting> waiting,
        List<IdentifierDetail> identifiers,
        String issuer,
        KeyType keyType,
        List<String> targets,
        Map<String, String> labels,
        boolean keyReuse,
        Optional<CurrentCertificate> issued,
        Optional<RetirementDetail> retired,
        Optional<RenewalDetail> renewal,
        Instant createdAt) {
    public CertificateSummary {
        waiting = Absent.asEmpty(waiting);
        identifiers = Absent.asEmpty(identifiers);
        targets = Absent.asEmpty(targets);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        issued = Absent.asEmpty(issued);
        retired = Absent.asEmpty(retired);
        renewal = Absent.asEmpty(renewal);
    }
}
