package dev.perennial.issuance.issuing;

import dev.perennial.events.CertificateIssued;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;

/** How the work on one {@code order.authorized} ended. */
sealed interface IssuanceResult {
    /** {@code certificate.issued} is on Kafka. */
    record Issued(CertificateIssued fact) implements IssuanceResult {}

    /** An earlier delivery had stored the certificate already; {@code certificate.issued} was said again. */
    record IssuedBefore(CertificateIssued fact) implements IssuanceResult {}

    /** A later order of the same certificate is stored: this one was finished long ago, and there is nothing to say. */
    record Superseded(OrderId by) implements IssuanceResult {}

    /** The order-service gave the order up before its key was asked for: nothing was made, and there is nothing to say. */
    record GivenUp(String at) implements IssuanceResult {}

    /** No certificate from this attempt. */
    record Failed(Problem problem) implements IssuanceResult {}

    /** Label of the metric. */
    default String label() {
        return switch (this) {
            case Issued issued -> "issued";
            case IssuedBefore before -> "issued-before";
            case Superseded superseded -> "superseded";
            case GivenUp givenUp -> "given-up";
            case Failed failed -> failed.problem().code().wireName();
        };
    }
}
