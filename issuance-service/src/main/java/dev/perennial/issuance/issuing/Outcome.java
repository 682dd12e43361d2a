package dev.perennial.issuance.issuing;

import dev.perennial.events.CertificateIssued;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;

/** How the work on one {@code order.authorized} ended. */
sealed interface Outcome {
    /** {@code certificate.issued} is on Kafka. */
    record Issued(CertificateIssued fact) implements Outcome {}

    /** An earlier delivery had stored the certificate already; {@code certificate.issued} was said again. */
    record IssuedBefore(CertificateIssued fact) implements Outcome {}

    /** A later order of the same certificate is stored: this one was finished long ago, and there is nothing to say. */
    record Superseded(OrderId by) implements Outcome {}

    /** The order-service gave the order up before its key was asked for: nothing was made, and there is nothing to say. */
    record GivenUp(String at) implements Outcome {}

    /** No certificate from this attempt. */
    record Failed(Problem problem) implements Outcome {}

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
