package dev.perennial.orders.requests;

import dev.perennial.orders.store.Certificate.CurrentVersion;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.renewal.RenewalInputs;
import dev.perennial.rules.renewal.RenewalRules;
import dev.perennial.rules.requests.CertificateSpec;
import java.time.Instant;
import java.util.Optional;

/** What an acceptable request means for a certificate that may exist already. Pure. */
enum ExistingOrderCheck {
    /** Make an order. */
    ORDER,
    /** The running order is the answer. */
    RUNNING,
    /** The certificate is the answer. */
    CURRENT,
    /** An order for something else is running; the two would overtake each other. */
    BUSY;

    /**
     * @param rehearse whether a rehearsal is asked for: then a certificate that is as wanted is no answer
     * @param latest of the certificate's orders; empty for a new certificate
     * @param kept the spec the certificate has now
     */
    static ExistingOrderCheck of(
            CertificateSpec wanted,
            boolean rehearse,
            CertificateSpec kept,
            Optional<StoredOrder> latest,
            Optional<CurrentVersion> issued,
            Instant now) {
        if (latest.isEmpty()) {
            return ORDER;
        }
        boolean same = wanted.equals(kept);
        ExistingOrderCheck underWay = same ? RUNNING : BUSY;
        ExistingOrderCheck issuedAlready = latest.get().isRehearsal()
                // It waits for hosts, perhaps for one that is gone, so it gives way to a request for something else.
                ? same ? RUNNING : ORDER
                : same && !rehearse && !isDue(issued, now) ? CURRENT : ORDER;
        return switch (latest.get().state()) {
            case OrderState.Due it -> underWay;
            case OrderState.Placed it -> underWay;
            case OrderState.Authorized it -> underWay;
            case OrderState.Issued it -> issuedAlready;
            case OrderState.Deployed it -> issuedAlready;
            case OrderState.Undeployed it -> rehearse ? ORDER : issuedAlready;
            case OrderState.Rehearsed it -> ORDER;
            case OrderState.Failed it -> ORDER;
        };
    }

    /** Late in its life, the requester is served with a new one. */
    private static boolean isDue(Optional<CurrentVersion> issued, Instant now) {
        return issued.map(it -> RenewalRules.of(RenewalInputs.of(it.notBefore(), it.notAfter(), 0)))
                .map(renewal -> !now.isBefore(renewal.at()))
                .orElse(true);
    }
}
