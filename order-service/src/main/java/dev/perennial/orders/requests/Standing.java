package dev.perennial.orders.requests;

import dev.perennial.orders.inventory.Certificate.IssuedCertificate;
import dev.perennial.orders.inventory.CertificateSpec;
import dev.perennial.orders.lifecycle.OrderState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What an acceptable request means for a certificate that may exist already. Pure. */
enum Standing {
    /** Make an order. */
    ORDER,
    /** The running order is the answer. */
    RUNNING,
    /** The certificate is the answer. */
    CURRENT,
    /** An order for something else is running; the two would overtake each other. */
    BUSY;

    /**
     * @param latest of the certificate's orders; empty for a new certificate
     * @param kept the spec the certificate has now
     */
    static Standing of(
            CertificateSpec wanted,
            CertificateSpec kept,
            Optional<OrderState> latest,
            Optional<IssuedCertificate> issued,
            Instant now) {
        boolean same = wanted.equals(kept);
        if (latest.isEmpty()) {
            return ORDER;
        }
        return switch (latest.get()) {
            case OrderState.Due it -> same ? RUNNING : BUSY;
            case OrderState.Placed it -> same ? RUNNING : BUSY;
            case OrderState.Authorized it -> same ? RUNNING : BUSY;
            case OrderState.Issued it -> same && !isDue(issued, now) ? CURRENT : ORDER;
            case OrderState.Deployed it -> same && !isDue(issued, now) ? CURRENT : ORDER;
            case OrderState.Undeployed it -> same && !isDue(issued, now) ? CURRENT : ORDER;
            case OrderState.Failed it -> ORDER;
        };
    }

    /** Two thirds of the lifetime are spent. */
    private static boolean isDue(Optional<IssuedCertificate> issued, Instant now) {
        return issued.map(certificate -> {
                    Duration life = Duration.between(certificate.notBefore(), certificate.notAfter());
                    return !now.isBefore(
                            certificate.notBefore().plus(life.multipliedBy(2).dividedBy(3)));
                })
                .orElse(true);
    }
}
