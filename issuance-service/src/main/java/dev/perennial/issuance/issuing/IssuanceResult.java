package dev.perennial.issuance.issuing;

import dev.perennial.events.CertificateIssued;
import dev.perennial.events.Finalization;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;

/** The outcome of one {@code order.authorized}. */
sealed interface IssuanceResult {
    /** {@code certificate.issued} is on Kafka. */
    record Issued(CertificateIssued fact) implements IssuanceResult {}

    /** An earlier delivery had stored the certificate already; {@code certificate.issued} was published again. */
    record IssuedBefore(CertificateIssued fact) implements IssuanceResult {}

    /** The bundle of a later order of the certificate is stored; nothing was published. */
    record Superseded(OrderId by) implements IssuanceResult {}

    /** The order was abandoned before a CSR was sent; nothing was issued or published. */
    record Abandoned(String at) implements IssuanceResult {}

    /** A later attempt of the order has begun; nothing was issued or published. */
    record SupersededAttempt(int by) implements IssuanceResult {}

    /** The attempt failed. */
    record Failed(Problem problem, Finalization finalization) implements IssuanceResult {}

    /** Label of the metric. */
    default String label() {
        return switch (this) {
            case Issued issued -> "issued";
            case IssuedBefore before -> "issued-before";
            case Superseded superseded -> "superseded";
            case Abandoned abandoned -> "abandoned";
            case SupersededAttempt superseded -> "superseded-attempt";
            case Failed failed -> failed.problem().code().wireName();
        };
    }
}
