package dev.perennial.api;

import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import java.util.Optional;

/**
 * The response to an accepted request for a certificate or a renewal: either with an order, or with the approval for which it
 * waits.
 *
 * @param approval absent unless the request waits; it has no order then
 */
public record AcceptedRequest(
        Optional<CertificateId> certificateId,
        Optional<OrderId> orderId,
        Optional<Disposition> disposition,
        Optional<WaitingApproval> approval) {
    public AcceptedRequest {
        certificateId = Absent.asEmpty(certificateId);
        orderId = Absent.asEmpty(orderId);
        disposition = Absent.asEmpty(disposition);
        approval = Absent.asEmpty(approval);
    }

    /** The effect of a request that does not wait. */
    public static AcceptedRequest of(CertificateId certificateId, OrderId orderId, Disposition disposition) {
        return new AcceptedRequest(
                Optional.of(certificateId), Optional.of(orderId), Optional.of(disposition), Optional.empty());
    }

    public static AcceptedRequest waiting(WaitingApproval approval) {
        return new AcceptedRequest(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(approval));
    }
}
