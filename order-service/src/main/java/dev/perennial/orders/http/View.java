package dev.perennial.orders.http;

import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.KeyType;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationReason;
import dev.perennial.orders.inventory.Inventory.Listed;
import dev.perennial.orders.inventory.InventoryQuery;
import dev.perennial.orders.issuer.ManagedBy;
import dev.perennial.orders.issuer.StoredIssuer;
import dev.perennial.orders.issuer.limits.FailingName;
import dev.perennial.orders.renewal.RenewalPlanner;
import dev.perennial.orders.revocation.Revocation;
import dev.perennial.orders.status.StatusResult;
import dev.perennial.orders.status.StatusTable;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificate.CurrentVersion;
import dev.perennial.orders.store.Certificate.Retirement;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.Renewable;
import dev.perennial.orders.store.StateName;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderPurpose;
import dev.perennial.rules.renewal.RenewalTime;
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

    /**
     * Why an order that is due has not been placed: it is no failure.
     *
     * @param until when it is looked at again
     * @param code {@code waiting-for-budget} or {@code name-quarantined}
     */
    public record Waiting(Instant until, ErrorCode code, String because, Optional<String> evidence) {
        static Waiting of(Problem why) {
            return new Waiting(why.nextAttemptAt().orElseThrow(), why.code(), why.detail(), why.evidence());
        }
    }

    /**
     * An issuer.
     *
     * @param revision for If-Match
     */
    public record IssuerDetail(
            String name,
            long revision,
            ManagedBy managedBy,
            Instant createdAt,
            Instant updatedAt,
            IssuerSettings settings) {
        static IssuerDetail of(StoredIssuer issuer) {
            return new IssuerDetail(
                    issuer.settings().name(),
                    issuer.revision(),
                    issuer.managedBy(),
                    issuer.createdAt(),
                    issuer.updatedAt(),
                    issuer.settings());
        }
    }

    /** A name that is left alone. */
    public record QuarantinedName(
            String issuer, String name, int failures, Instant failedAt, Instant until, Problem problem) {
        static QuarantinedName of(FailingName name) {
            return new QuarantinedName(
                    name.issuer(),
                    name.name(),
                    name.failures(),
                    name.failedAt(),
                    name.quarantinedUntil().orElseThrow(),
                    name.problem());
        }
    }

    /** A certificate with purpose and state of its latest order. */
    public record CertificateSummary(
            CertificateId certificateId,
            String name,
            String owner,
            OrderPurpose purpose,
            StateName state,
            Optional<Waiting> waiting,
            List<Identifier> identifiers,
            String issuer,
            KeyType keyType,
            List<String> targets,
            Map<String, String> labels,
            boolean keyReuse,
            Optional<CurrentVersion> issued,
            Optional<Retirement> retired,
            Optional<Renewal> renewal,
            Instant createdAt) {
        static CertificateSummary of(
                Certificate certificate,
                OrderPurpose purpose,
                StateName state,
                Optional<Problem> waiting,
                Optional<Renewal> renewal) {
            return new CertificateSummary(
                    certificate.id(),
                    certificate.name(),
                    certificate.owner(),
                    purpose,
                    state,
                    waiting.map(Waiting::of),
                    certificate.spec().identifiers(),
                    certificate.spec().issuer(),
                    certificate.spec().keyType(),
                    certificate.spec().targets(),
                    certificate.labels(),
                    certificate.spec().keyReuse(),
                    certificate.issued(),
                    certificate.retired(),
                    renewal,
                    certificate.createdAt());
        }
    }

    /**
     * When a certificate is renewed next.
     *
     * @param at a moment that has passed where it should be renewed already
     * @param cause why then
     * @param deadline up to which the change window may move it
     * @param window the name of the change window
     * @param suggested what the CA says, where it says something
     */
    public record Renewal(
            Instant at,
            OrderCause cause,
            Instant deadline,
            Optional<String> window,
            Optional<IssuedCertificate.Suggestion> suggested) {
        static Renewal of(RenewalPlanner planner, Certificate certificate, Renewable served) {
            RenewalTime time = planner.plan(certificate, served);
            return new Renewal(
                    time.at(), time.cause(), time.deadline(), planner.window(certificate), served.suggestion());
        }
    }

    /** One page; {@code next} is the cursor of the page after it, if there may be one. */
    public record Page(List<CertificateSummary> items, Optional<String> next) {
        /** @param renewals by certificate */
        static Page of(List<Listed> rows, Map<CertificateId, Renewal> renewals, InventoryQuery query) {
            return new Page(
                    rows.stream()
                            .map(row -> CertificateSummary.of(
                                    row.certificate(),
                                    row.purpose(),
                                    row.state(),
                                    row.waiting(),
                                    Optional.ofNullable(
                                            renewals.get(row.certificate().id()))))
                            .toList(),
                    rows.size() < query.limit()
                            ? Optional.empty()
                            : Optional.of(Cursor.after(query.end(rows.getLast().certificate()))));
        }
    }

    /**
     * An order and where it is.
     *
     * @param issuer where it is placed: another one than the certificate's while that one is down, or where it is rehearsed
     */
    public record OrderDetail(
            OrderId orderId,
            OrderPurpose purpose,
            OrderCause cause,
            StateName state,
            int attempt,
            String issuer,
            Optional<Instant> dueAt,
            Optional<Waiting> waiting,
            Optional<URI> acmeOrderUrl,
            Optional<Problem> problem,
            Optional<String> traceId,
            Instant createdAt,
            Instant updatedAt) {
        static OrderDetail of(StoredOrder order) {
            return new OrderDetail(
                    order.id(),
                    order.purpose(),
                    order.cause(),
                    StateName.of(order.state()),
                    order.state().attempt(),
                    order.issuer(),
                    order.dueAt(),
                    order.waiting().map(Waiting::of),
                    order.acmeOrder().map(acme -> acme.url()),
                    order.lastProblem(),
                    order.traceId(),
                    order.createdAt(),
                    order.updatedAt());
        }
    }

    /**
     * What a CA issued for the certificate.
     *
     * @param inUse whether it is the one that is to be served now
     * @param revokedAt where it is revoked, by us or by somebody else
     * @param revocationReason as RFC 5280 section 5.3.1 names it
     * @param revocation what became of the wish to revoke it
     * @param status absent where nobody has looked yet
     */
    public record IssuedDetail(
            String fingerprint,
            String serial,
            String issuer,
            OrderId orderId,
            Instant notBefore,
            Instant notAfter,
            boolean inUse,
            Optional<Instant> revokedAt,
            Optional<String> revocationReason,
            Optional<RevocationDetail> revocation,
            Optional<StatusDetail> status) {
        static IssuedDetail of(
                IssuedCertificate issued,
                boolean inUse,
                Optional<Revocation> revocation,
                Optional<StatusTable.Row> status) {
            return new IssuedDetail(
                    issued.fingerprint(),
                    issued.serial(),
                    issued.ca(),
                    issued.orderId(),
                    issued.notBefore(),
                    issued.notAfter(),
                    inUse,
                    issued.revokedAt(),
                    issued.revocationReason(),
                    revocation.map(RevocationDetail::of),
                    status.map(StatusDetail::of));
        }
    }

    /**
     * What the CA's list or responder said last.
     *
     * @param since since when it has been found like that
     * @param source the URL that said so
     * @param detail why nobody could say
     */
    public record StatusDetail(
            StatusResult.Status status,
            Instant since,
            Instant lookedAt,
            Instant nextLookAt,
            Optional<String> source,
            Optional<String> detail) {
        static StatusDetail of(StatusTable.Row row) {
            return new StatusDetail(
                    row.status(), row.since(), row.lookedAt(), row.nextLookAt(), row.source(), row.detail());
        }
    }

    /**
     * A wish to revoke, and how far it is.
     *
     * @param dueAt when it is looked at next; absent at the end
     * @param revokeBy until when it waits for its replacement; absent where it waits for as long as that takes
     * @param problem why it is not revoked yet, or at all
     */
    public record RevocationDetail(
            Revocation.State state,
            RevocationReason reason,
            Optional<String> comment,
            boolean retired,
            Optional<Instant> dueAt,
            Optional<Instant> revokeBy,
            Optional<Problem> problem,
            Instant requestedAt,
            Instant updatedAt) {
        static RevocationDetail of(Revocation row) {
            return new RevocationDetail(
                    row.state(),
                    row.reason(),
                    row.comment(),
                    row.retired(),
                    row.dueAt(),
                    row.revokeBy(),
                    row.problem(),
                    row.requestedAt(),
                    row.updatedAt());
        }
    }

    /** Everything about one certificate. */
    public record CertificateDetail(
            CertificateSummary certificate,
            List<OrderDetail> orders,
            List<IssuedDetail> issued,
            List<Timeline.Entry> timeline) {}
}
