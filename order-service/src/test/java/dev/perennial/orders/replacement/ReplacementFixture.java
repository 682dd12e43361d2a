package dev.perennial.orders.replacement;

import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateRehearsed;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Initiator;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.orders.consumers.FactRecorder;
import dev.perennial.orders.parts.IssuedFixture;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.replacement.ItemState;
import dev.perennial.rules.replacement.RunStateMachine;
import dev.perennial.rules.replacement.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Served certificates and their replacements. */
final class ReplacementFixture {
    static final String HOST = "web-1";
    private static final Duration LIFE = Duration.ofDays(90);

    final ServiceFixture parts = new ServiceFixture();
    static final Initiator OPERATOR = new Initiator("token:operator");

    final Replacements replacements;
    final FactRecorder recorder =
            new FactRecorder(parts.database, parts.transitions, parts.budget, parts.clock, parts.refused);
    private final ReplacementConfig config;

    ReplacementFixture() {
        this(new Settings(10, Duration.ofHours(1)));
    }

    ReplacementFixture(ReplacementConfig config) {
        this.config = config;
        this.replacements = new Replacements(
                parts.database,
                new Planner(
                        parts.issuers,
                        parts.budget,
                        new PlanWarnings(parts.failover, parts.issuers, parts.ownerPolicy)),
                new ReplacementOverview(parts.budget),
                config,
                parts.fourEyes,
                parts.access,
                parts.clock);
    }

    /** Two failures of four pause the run. */
    record Settings(int maxCertificates, Duration approvalTimeout) implements ReplacementConfig {
        @Override
        public int maxConcurrent() {
            return 10;
        }

        @Override
        public int failureSample() {
            return 4;
        }

        @Override
        public int maxFailurePercent() {
            return 50;
        }

        @Override
        public Duration pollInterval() {
            return Duration.ofSeconds(1);
        }
    }

    /** Another process, which has only the rows. */
    ReplacementRuns process() {
        return new ReplacementRuns(
                parts.database,
                new ItemStarter(parts.issuers, parts.ownerPolicy),
                parts.transitions,
                parts.budget,
                config,
                parts.clock,
                parts.meters);
    }

    /** A certificate that is issued at {@code issuer} and served on a host. */
    CertificateId served(String name, String issuer, Map<String, String> labels) {
        StoredOrder order = parts.order(parts.accepted(
                "first-" + name,
                new CertificateRequested(
                        name,
                        "web",
                        List.of(new RequestedIdentifier("dns", name + ".example.com")),
                        Optional.of(issuer),
                        Optional.empty(),
                        List.of(HOST),
                        labels)));
        if (order.isRehearsal()) {
            rehearse(order);
            order = latest(order.certificateId());
        }
        deploy(order);
        return order.certificateId();
    }

    List<CertificateId> served(int count) {
        List<CertificateId> served = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            served.add(served("n" + i, "local", Map.of()));
        }
        return served;
    }

    private Instant now() {
        return parts.clock.instant();
    }

    String issue(StoredOrder order) {
        return IssuedFixture.issue(parts, order, now(), LIFE);
    }

    /** @return the fingerprint of the new certificate */
    String deploy(StoredOrder order) {
        return prove(order, issue(order));
    }

    String prove(StoredOrder order, String fingerprint) {
        record(new CertificateDeployed(
                order.certificateId(),
                order.id(),
                order.name(),
                HOST,
                "ab12",
                fingerprint,
                "127.0.0.1:443",
                order.name() + ".example.com",
                "TLSv1.3",
                "g1"));
        return fingerprint;
    }

    /** Completes the dry run of the host. */
    void rehearse(StoredOrder order) {
        String fingerprint = issue(order);
        record(new CertificateRehearsed(order.certificateId(), order.id(), order.name(), HOST, fingerprint));
    }

    void fail(StoredOrder order) {
        parts.database.inTransaction(tx -> parts.transitions.apply(
                tx,
                order.id(),
                new Input.PlacementRefused(1, Problem.of(ErrorCode.CA_REFUSED, "the CA refuses the order"))));
    }

    void record(OrderFact fact) {
        recorder.record(parts.event(fact));
    }

    /** The latest order of the certificate. */
    StoredOrder latest(CertificateId certificate) {
        return parts.database.inTransaction(
                tx -> tx.createQuery("SELECT latest_order_id FROM certificate WHERE id = :id")
                        .bind("id", certificate.value())
                        .mapTo(UUID.class)
                        .map(id -> new Orders(tx).find(new OrderId(id)).orElseThrow())
                        .one());
    }

    UUID approved(PlanRequest request) {
        UUID id = planned(request).id();
        apply(id, RunStateMachine.Command.APPROVE);
        return id;
    }

    ReplacementView planned(PlanRequest request) {
        return ((Replacements.Outcome.Stored) replacements.plan(request, OPERATOR)).replacement();
    }

    ReplacementView apply(UUID id, RunStateMachine.Command command) {
        return ((Replacements.Outcome.Stored) replacements.apply(id, command)).replacement();
    }

    ReplacementView show(UUID id) {
        return replacements.find(id).orElseThrow();
    }

    int count(UUID id, ItemState state) {
        return show(id).progress().items().get(state);
    }

    List<ReportLine> report(UUID id) {
        return replacements.report(id, -1, 1_000).orElseThrow();
    }

    /** The orders of the run that are in progress. */
    List<StoredOrder> inProgress(UUID id) {
        return report(id).stream()
                .filter(line -> line.state() == ItemState.IN_PROGRESS)
                .map(line -> parts.database.inTransaction(
                        tx -> new Orders(tx).find(line.orderId().orElseThrow()).orElseThrow()))
                .toList();
    }

    static Selector at(String issuer) {
        return new Selector(Optional.of(issuer), null, null, null, null, null, null, null);
    }

    static PlanRequest request(String issuer, int atOnce) {
        return new PlanRequest(at(issuer), Optional.of("a test"), Optional.of(atOnce), null, false, null);
    }
}
