package dev.perennial.rules.requests;

import dev.perennial.rules.lifecycle.OrderSnapshot;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.renewal.RenewalInputs;
import dev.perennial.rules.renewal.RenewalRules;
import java.time.Instant;
import java.util.Optional;

/** The result of an acceptable request, depending on the latest order of the certificate. */
public enum ExistingOrderCheck {
    /** A new order is created. */
    ORDER,
    /** The running order already produces the requested certificate. */
    RUNNING,
    /** The current certificate is as requested. */
    CURRENT,
    /** An order with another spec is in progress. Two orders would race, so the request is refused. */
    BUSY;

    /** The validity period of the current certificate. */
    public record Validity(Instant notBefore, Instant notAfter) {}

    /**
     * @param rehearse whether a rehearsal is requested: a current certificate does not satisfy that
     * @param existing the spec that the certificate has now
     * @param latest the latest order of the certificate; empty for a new certificate
     */
    public static ExistingOrderCheck of(
            CertificateSpec requested,
            boolean rehearse,
            CertificateSpec existing,
            Optional<OrderSnapshot> latest,
            Optional<Validity> issued,
            Instant now) {
        if (latest.isEmpty()) {
            return ORDER;
        }
        boolean same = requested.equals(existing);
        ExistingOrderCheck beforeIssuance = same ? RUNNING : BUSY;
        ExistingOrderCheck afterIssuance = latest.get().rehearsal()
                // A rehearsal waits for hosts, which may no longer exist; a request with another spec replaces it.
                ? same ? RUNNING : ORDER
                : same && !rehearse && !isDue(issued, now) ? CURRENT : ORDER;
        return switch (latest.get().state()) {
            case OrderState.Due it -> beforeIssuance;
            case OrderState.Placed it -> beforeIssuance;
            case OrderState.Authorized it -> beforeIssuance;
            case OrderState.Issued it -> afterIssuance;
            case OrderState.Deployed it -> afterIssuance;
            case OrderState.Undeployed it -> rehearse ? ORDER : afterIssuance;
            case OrderState.Rehearsed it -> ORDER;
            case OrderState.Failed it -> ORDER;
        };
    }

    /** A certificate that has passed its renewal time does not satisfy a request. */
    private static boolean isDue(Optional<Validity> issued, Instant now) {
        return issued.map(it -> RenewalRules.of(RenewalInputs.of(it.notBefore(), it.notAfter(), 0)))
                .map(renewal -> !now.isBefore(renewal.at()))
                .orElse(true);
    }
}
