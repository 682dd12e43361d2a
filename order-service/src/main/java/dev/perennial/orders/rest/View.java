package dev.perennial.orders.rest;

import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateId;
import dev.perennial.events.Identifier;
import dev.perennial.events.KeyType;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.inventory.Certificate;
import dev.perennial.orders.inventory.Certificate.IssuedCertificate;
import dev.perennial.orders.inventory.Inventory.Listed;
import dev.perennial.orders.inventory.StateName;
import dev.perennial.orders.inventory.StoredOrder;
import dev.perennial.orders.inventory.Timeline;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What callers see. Field names are part of the API. */
final class View {
    private View() {}

    /** Answer to a request. */
    public record Accepted(CertificateId certificateId, OrderId orderId, Disposition disposition) {}

    /** A certificate with the state of its latest order. */
    public record CertificateSummary(
            CertificateId certificateId,
            String name,
            String owner,
            StateName state,
            List<Identifier> identifiers,
            String issuer,
            KeyType keyType,
            List<String> targets,
            Map<String, String> labels,
            Optional<IssuedCertificate> issued,
            Instant createdAt) {
        static CertificateSummary of(Certificate certificate, StateName state) {
            return new CertificateSummary(
                    certificate.id(),
                    certificate.name(),
                    certificate.owner(),
                    state,
                    certificate.spec().identifiers(),
                    certificate.spec().issuer(),
                    certificate.spec().keyType(),
                    certificate.spec().targets(),
                    certificate.labels(),
                    certificate.issued(),
                    certificate.createdAt());
        }
    }

    /** One page; {@code next} is the cursor of the page after it, if there may be one. */
    public record Page(List<CertificateSummary> items, Optional<String> next) {
        static Page of(List<Listed> rows, int limit) {
            return new Page(
                    rows.stream()
                            .map(row -> CertificateSummary.of(row.certificate(), row.state()))
                            .toList(),
                    rows.size() < limit
                            ? Optional.empty()
                            : Optional.of(
                                    Cursor.after(rows.getLast().certificate().id())));
        }
    }

    /** An order and where it is. */
    public record OrderDetail(
            OrderId orderId,
            StateName state,
            int attempt,
            Optional<Instant> dueAt,
            Optional<URI> acmeOrderUrl,
            Optional<Problem> problem,
            Optional<String> traceId,
            Instant createdAt,
            Instant updatedAt) {
        static OrderDetail of(StoredOrder order) {
            return new OrderDetail(
                    order.id(),
                    StateName.of(order.state()),
                    order.state().attempt(),
                    order.dueAt(),
                    order.acmeOrder().map(acme -> acme.url()),
                    order.lastProblem(),
                    order.traceId(),
                    order.createdAt(),
                    order.updatedAt());
        }
    }

    /** Everything about one certificate. */
    public record CertificateDetail(
            CertificateSummary certificate, List<OrderDetail> orders, List<Timeline.Entry> timeline) {}
}
