package dev.perennial.orders.http;

import dev.perennial.api.Cause;
import dev.perennial.api.CertificatePage;
import dev.perennial.api.CertificateState;
import dev.perennial.api.CertificateSummary;
import dev.perennial.api.CurrentCertificate;
import dev.perennial.api.IdentifierDetail;
import dev.perennial.api.IssuedDetail;
import dev.perennial.api.OrderDetail;
import dev.perennial.api.PublishedStatus;
import dev.perennial.api.Purpose;
import dev.perennial.api.QuarantinedName;
import dev.perennial.api.RenewalDetail;
import dev.perennial.api.RenewalSuggestion;
import dev.perennial.api.RetirementDetail;
import dev.perennial.api.StatusDetail;
import dev.perennial.api.TimelineItem;
import dev.perennial.api.Waiting;
import dev.perennial.events.CertificateId;
import dev.perennial.events.Initiator;
import dev.perennial.events.Problem;
import dev.perennial.orders.inventory.Inventory.Listed;
import dev.perennial.orders.inventory.InventoryQuery;
import dev.perennial.orders.issuer.limits.FailingName;
import dev.perennial.orders.renewal.RenewalPlanner;
import dev.perennial.orders.revocation.Revocation;
import dev.perennial.orders.status.StatusTable;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.Renewable;
import dev.perennial.orders.store.StateName;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.rules.lifecycle.OrderPurpose;
import dev.perennial.rules.renewal.RenewalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Maps rows about certificates to records of the API. */
final class CertificateMapping {
    private CertificateMapping() {}

    /** @param renewals by certificate */
    static CertificatePage page(List<Listed> rows, Map<CertificateId, RenewalDetail> renewals, InventoryQuery query) {
        return new CertificatePage(
                rows.stream()
                        .map(row -> summary(
                                row.certificate(),
                                row.purpose(),
                                row.state(),
                                row.waitProblem(),
                                Optional.ofNullable(
                                        renewals.get(row.certificate().id()))))
                        .toList(),
                rows.size() < query.limit()
                        ? Optional.empty()
                        : Optional.of(Cursor.after(query.end(rows.getLast().certificate()))));
    }

    static CertificateSummary summary(
            Certificate certificate,
            OrderPurpose purpose,
            StateName state,
            Optional<Problem> waiting,
            Optional<RenewalDetail> renewal) {
        return new CertificateSummary(
                certificate.id(),
                certificate.name(),
                certificate.owner(),
                EnumMapping.to(Purpose.class, purpose),
                EnumMapping.to(CertificateState.class, state),
                waiting.map(CertificateMapping::waiting),
                certificate.spec().identifiers().stream()
                        .map(it -> new IdentifierDetail(it.type(), it.value()))
                        .toList(),
                certificate.spec().issuer(),
                certificate.spec().keyType(),
                certificate.spec().targets(),
                certificate.labels(),
                certificate.spec().keyReuse(),
                certificate.issued().map(CertificateMapping::current),
                certificate.retired().map(it -> new RetirementDetail(it.at(), it.reason())),
                renewal,
                certificate.createdAt());
    }

    private static CurrentCertificate current(Certificate.CurrentVersion issued) {
        return new CurrentCertificate(
                issued.serial(),
                issued.fingerprint(),
                issued.notBefore(),
                issued.notAfter(),
                issued.vaultPath(),
                issued.vaultVersion());
    }

    private static Waiting waiting(Problem problem) {
        return new Waiting(
                problem.nextAttemptAt().orElseThrow(), problem.code().wireName(), problem.detail(), problem.evidence());
    }

    static RenewalDetail renewal(RenewalPlanner planner, Certificate certificate, Renewable served) {
        RenewalTime time = planner.plan(certificate, served);
        return new RenewalDetail(
                time.at(),
                EnumMapping.to(Cause.class, time.cause()),
                time.deadline(),
                planner.window(certificate),
                served.suggestion().map(it -> new RenewalSuggestion(it.start(), it.end(), it.explanation())));
    }

    static OrderDetail order(StoredOrder order) {
        return new OrderDetail(
                order.id(),
                EnumMapping.to(Purpose.class, order.purpose()),
                EnumMapping.to(Cause.class, order.cause()),
                EnumMapping.to(CertificateState.class, StateName.of(order.state())),
                order.state().attempt(),
                order.issuer(),
                order.nextActionAt(),
                order.waitProblem().map(CertificateMapping::waiting),
                order.acmeOrder().map(acme -> acme.url()),
                order.lastProblem().map(Problems::of),
                order.traceId(),
                order.createdAt(),
                order.updatedAt());
    }

    static IssuedDetail issued(
            IssuedCertificate issued,
            boolean inUse,
            Optional<Revocation> revocation,
            Optional<StatusTable.Row> status) {
        return new IssuedDetail(
                issued.fingerprint(),
                issued.serial(),
                issued.issuer(),
                issued.orderId(),
                issued.notBefore(),
                issued.notAfter(),
                inUse,
                issued.revokedAt(),
                issued.revocationReason(),
                revocation.map(RevocationMapping::detail),
                status.map(CertificateMapping::status));
    }

    private static StatusDetail status(StatusTable.Row row) {
        return new StatusDetail(
                EnumMapping.to(PublishedStatus.class, row.status()),
                row.since(),
                row.checkedAt(),
                row.nextCheckAt(),
                row.source(),
                row.detail());
    }

    static TimelineItem timeline(Timeline.Entry entry) {
        return new TimelineItem(
                entry.at(),
                entry.orderId(),
                entry.entry(),
                entry.detail(),
                entry.initiator().map(Initiator::id),
                entry.traceId());
    }

    static QuarantinedName quarantined(FailingName name) {
        return new QuarantinedName(
                name.issuer(),
                name.name(),
                name.failures(),
                name.failedAt(),
                name.quarantinedUntil().orElseThrow(),
                Problems.of(name.problem()));
    }
}
