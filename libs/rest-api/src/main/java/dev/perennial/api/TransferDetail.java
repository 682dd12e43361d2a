package dev.perennial.api;

import dev.perennial.events.CertificateId;
import java.util.Map;

/**
 * A transfer of a certificate.
 *
 * @param formerOwner the owner before; the same as {@code owner} if it belonged to it already
 * @param owner the owner from now on
 * @param labels of the certificate from now on
 */
public record TransferDetail(
        CertificateId certificateId, String name, String formerOwner, String owner, Map<String, String> labels) {
    public TransferDetail {
        labels = labels == null ? Map.of() : Map.copyOf(labels);
    }
}
