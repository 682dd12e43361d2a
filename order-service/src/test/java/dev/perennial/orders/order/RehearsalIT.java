package dev.perennial.orders.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateRehearsed;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.DeploymentFailed;
import dev.perennial.events.DeploymentFailed.HostState;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.orders.consumers.FactRecorder;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderPurpose;
import dev.perennial.rules.lifecycle.OrderState;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RehearsalIT {
    private static final String FINGERPRINT = "f1".repeat(32);
    private static final AcmeOrder ACME = new AcmeOrder(
            URI.create("https://ca.test/order/1"),
            URI.create("https://ca.test/finalize/1"),
            List.of(),
            Optional.empty());
    private static final List<String> HOSTS = List.of("web-1", "web-2");

    private final ServiceFixture parts = new ServiceFixture();
    private final FactRecorder recorder =
            new FactRecorder(parts.database, parts.transitions, parts.budget, parts.clock, parts.refused);

    @Test
    void rehearsesTheFirstOrderAndThenGoesLive() {
        AcceptedOrder answer = parts.accepted("r1", request(false));
        StoredOrder rehearsal = parts.order(answer);
        assertThat(rehearsal.purpose()).isEqualTo(OrderPurpose.REHEARSAL);
        assertThat(rehearsal.issuer()).isEqualTo("staging");
        assertThat(rehearsal.toEvent(1, ACME).rehearsal()).isTrue();

        issue(rehearsal);
        assertThat(certificate(answer).issued())
                .as("the certificate of a rehearsal is not stored")
                .isEmpty();
        record(passed(rehearsal, "web-1"));
        assertThat(latest(answer).id()).as("not before the last host").isEqualTo(rehearsal.id());
        record(passed(rehearsal, "web-2"));

        StoredOrder live = latest(answer);
        assertThat(live.id()).isNotEqualTo(rehearsal.id());
        assertThat(live.purpose()).isEqualTo(OrderPurpose.LIVE);
        assertThat(live.issuer()).isEqualTo("production");
        assertThat(live.state()).isInstanceOf(OrderState.Due.class);
        assertThat(live.spec()).isEqualTo(rehearsal.spec());
        assertThat(live.traceparent()).isEqualTo(rehearsal.traceparent());
        assertThat(parts.facts()).containsExactly("certificate.accepted", "order.placed", "order.rehearsed");
        assertThat(timeline(answer))
                .containsExactly(
                        "certificate.requested",
                        "order.placed",
                        "certificate.issued",
                        "certificate.rehearsed",
                        "certificate.rehearsed",
                        "rehearsal.passed");
    }

    @Test
    void doesNotRehearseWithoutARehearsalIssuer() {
        StoredOrder order =
                parts.order(parts.accepted("r1", ServiceFixture.request("shop", HOSTS, "shop.example.com")));

        assertThat(order.purpose()).isEqualTo(OrderPurpose.LIVE);
        assertThat(order.issuer()).isEqualTo("local");
    }

    @Test
    void rehearsesAgainOnlyOnRequest() {
        AcceptedOrder answer = live();

        assertThat(parts.accepted("again", request(false)).disposition()).isEqualTo(Disposition.ALREADY_CURRENT);
        AcceptedOrder changed = parts.accepted("changed", request(false, "shop.example.com", "www.example.com"));
        assertThat(parts.order(changed).purpose()).isEqualTo(OrderPurpose.LIVE);
        finish(latest(answer));

        AcceptedOrder rehearsed = parts.accepted("rehearse", request(true, "shop.example.com", "www.example.com"));

        assertThat(rehearsed.disposition()).isEqualTo(Disposition.ORDERED);
        assertThat(parts.order(rehearsed).purpose()).isEqualTo(OrderPurpose.REHEARSAL);
    }

    @Test
    void refusesToRehearseWithoutARehearsalIssuer() {
        CertificateRequested request = new CertificateRequested(
                "shop",
                "web",
                List.of(new RequestedIdentifier("dns", "shop.example.com")),
                Optional.of("local"),
                Optional.empty(),
                HOSTS,
                Map.of(),
                true);

        assertThat(ServiceFixture.problems(parts.submit("r1", request)))
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.detail()).contains("field 'rehearse'", "'local' has no rehearsal issuer"));
        assertThat(parts.count("certificate_order")).isZero();
    }

    @Test
    void describesTheFailureOfARehearsal() {
        AcceptedOrder answer = parts.accepted("r1", request(false));
        StoredOrder rehearsal = parts.order(answer);
        issue(rehearsal);

        record(failed(rehearsal, "web-1"));

        StoredOrder order = latest(answer);
        assertThat(order.id()).isEqualTo(rehearsal.id());
        assertThat(order.state()).isInstanceOf(OrderState.Undeployed.class);
        assertThat(order.lastProblem().orElseThrow().detail())
                .isEqualTo(
                        "the rehearsal at 'staging' failed at the dry run on host web-1, 'production' was not contacted:"
                                + " the config test failed");
    }

    @Test
    void describesATimeoutOfARehearsal() {
        AcceptedOrder answer = parts.accepted("r1", request(false));
        move(answer.orderId(), new Input.Placed(1, ACME));
        parts.database.inTransaction(tx ->
                tx.execute("UPDATE certificate_order SET resumptions = 3, deadline_at = now() - interval '1 minute'"));

        move(answer.orderId(), new Input.DeadlinePassed());

        assertThat(parts.order(answer).lastProblem().orElseThrow().detail())
                .startsWith(
                        "the rehearsal at 'staging' was not reported on, 'production' was not contacted: no service reported on");
    }

    @Test
    void goesLiveAfterAFailedHostSucceeds() {
        AcceptedOrder answer = parts.accepted("r1", request(false));
        StoredOrder rehearsal = parts.order(answer);
        issue(rehearsal);
        record(failed(rehearsal, "web-1"));
        record(passed(rehearsal, "web-2"));

        record(passed(rehearsal, "web-1"));

        assertThat(latest(answer).purpose()).isEqualTo(OrderPurpose.LIVE);
    }

    @Test
    void doesNotGoLiveAfterAnAbandonedRehearsal() {
        AcceptedOrder answer = parts.accepted("r1", request(false));
        Problem refusal = Problem.of(ErrorCode.CA_REFUSED, "caa: a record forbids this CA");
        move(answer.orderId(), new Input.PlacementRefused(1, refusal));

        assertThat(parts.facts()).containsExactly("certificate.accepted", "order.failed", "order.rehearsed");
        assertThat(parts.count("certificate_order")).isEqualTo(1);
        assertThat(parts.order(answer).lastProblem().orElseThrow().detail())
                .startsWith("the rehearsal at 'staging' was refused, 'production' was not contacted");
        assertThat(parts.order(parts.accepted("r2", request(false))).purpose())
                .as("never issued yet")
                .isEqualTo(OrderPurpose.REHEARSAL);
    }

    @Test
    void answersARequestWithTheRunningRehearsal() {
        AcceptedOrder answer = parts.accepted("r1", request(false));
        assertThat(parts.accepted("r2", request(true)).orderId()).isEqualTo(answer.orderId());
        assertThat(parts.submit("r3", request(false, "other.example.com")))
                .isInstanceOf(SubmissionResult.Refused.class);
        issue(parts.order(answer));

        AcceptedOrder again = parts.accepted("r4", request(true));

        assertThat(again.orderId()).isEqualTo(answer.orderId());
        assertThat(again.disposition()).isEqualTo(Disposition.ALREADY_RUNNING);
    }

    @Test
    void isSupersededByARequestWithAnotherSpecWhileItWaitsForHosts() {
        AcceptedOrder answer = parts.accepted("r1", request(false));
        StoredOrder first = parts.order(answer);
        issue(first);

        AcceptedOrder other = parts.accepted("r2", request(false, "other.example.com"));

        assertThat(other.disposition()).isEqualTo(Disposition.ORDERED);
        assertThat(parts.order(other).purpose()).isEqualTo(OrderPurpose.REHEARSAL);
        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Rehearsed.class);
        assertThat(parts.facts()).containsSubsequence("order.rehearsed", "certificate.accepted");
        record(passed(first, "web-1"));
        record(passed(first, "web-2"));
        assertThat(latest(answer).id())
                .as("the superseded rehearsal does not go live")
                .isEqualTo(other.orderId());
        assertThat(parts.count("certificate_order")).isEqualTo(2);
    }

    @Test
    void refusesADeploymentOfARehearsalCertificate() {
        AcceptedOrder answer = parts.accepted("r1", request(false));
        StoredOrder rehearsal = parts.order(answer);
        issue(rehearsal);

        Optional<Decision> decision = recorder.record(parts.event(new CertificateDeployed(
                rehearsal.certificateId(),
                rehearsal.id(),
                "shop",
                "web-1",
                "ab12",
                FINGERPRINT,
                "127.0.0.1:443",
                "shop.example.com",
                "TLSv1.3",
                "g1")));

        assertThat(decision).containsInstanceOf(Decision.Refused.class);
        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Issued.class);
    }

    @Test
    void usesNoFallbackForARehearsal() {
        parts.candidates = spec -> List.of("local");
        StoredOrder rehearsal = parts.order(parts.accepted("r1", request(false)));

        List<StoredOrder> routed = parts.database.inTransaction(
                tx -> parts.failover.route(tx, List.of(rehearsal), issuer -> true, parts.clock.instant()));

        assertThat(routed).singleElement().satisfies(order -> assertThat(order.issuer())
                .isEqualTo("staging"));
    }

    @Test
    void createsOneLiveOrderIfTheProcessEndsAtTheEndOfTheRehearsal() {
        AcceptedOrder answer = parts.accepted("r1", request(false));
        StoredOrder rehearsal = parts.order(answer);
        issue(rehearsal);
        record(passed(rehearsal, "web-1"));
        Input last = new Input.Rehearsed("web-2", FINGERPRINT);
        assertThatThrownBy(() -> parts.database.inTransaction(tx -> {
                    parts.transitions.apply(tx, rehearsal.id(), last);
                    throw new IllegalStateException("the process ends before the commit");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Issued.class);
        assertThat(parts.count("certificate_order")).isEqualTo(1);

        record(passed(rehearsal, "web-2"));
        record(passed(rehearsal, "web-2"));

        assertThat(parts.count("certificate_order")).isEqualTo(2);
        assertThat(parts.facts()).containsOnlyOnce("order.rehearsed");
    }

    @Test
    void createsOneLiveOrderFromConcurrentReports() {
        AcceptedOrder answer = parts.accepted("r1", request(false));
        StoredOrder rehearsal = parts.order(answer);
        issue(rehearsal);
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                String host = HOSTS.get(i % HOSTS.size());
                all.add(threads.submit(() -> record(passed(rehearsal, host))));
            }
        }
        all.forEach(Future::resultNow);

        assertThat(parts.count("certificate_order")).isEqualTo(2);
        assertThat(latest(answer).purpose()).isEqualTo(OrderPurpose.LIVE);
    }

    private AcceptedOrder live() {
        AcceptedOrder answer = parts.accepted("live", request(false));
        StoredOrder rehearsal = parts.order(answer);
        issue(rehearsal);
        HOSTS.forEach(host -> record(passed(rehearsal, host)));
        finish(latest(answer));
        assertThat(certificate(answer).issued()).isPresent();
        return answer;
    }

    private void finish(StoredOrder order) {
        issue(order);
        HOSTS.forEach(host -> move(order.id(), new Input.Deployed(host, FINGERPRINT)));
    }

    private void issue(StoredOrder order) {
        move(order.id(), new Input.Placed(1, ACME));
        Instant now = parts.clock.instant();
        record(new CertificateIssued(
                order.certificateId(),
                order.id(),
                1,
                "shop",
                order.spec().identifiers(),
                HOSTS,
                "ab12",
                FINGERPRINT,
                now,
                now.plus(Duration.ofDays(90)),
                List.of("-----BEGIN CERTIFICATE-----"),
                "somewhere",
                1,
                order.isRehearsal(),
                Optional.empty()));
    }

    private void move(OrderId order, Input input) {
        assertThat(parts.database
                        .inTransaction(tx -> parts.transitions.apply(tx, order, input))
                        .decision())
                .isInstanceOf(Decision.Moved.class);
    }

    private Optional<Decision> record(OrderFact fact) {
        return recorder.record(parts.event(fact));
    }

    private static CertificateRehearsed passed(StoredOrder order, String host) {
        return new CertificateRehearsed(order.certificateId(), order.id(), "shop", host, FINGERPRINT);
    }

    private static DeploymentFailed failed(StoredOrder order, String host) {
        return new DeploymentFailed(
                order.certificateId(),
                order.id(),
                "shop",
                host,
                FINGERPRINT,
                HostState.UNTOUCHED,
                Problem.of(ErrorCode.CONFIG_TEST_FAILED, "the config test failed"));
    }

    private StoredOrder latest(AcceptedOrder answer) {
        return parts.database.inTransaction(tx -> new Orders(tx)
                .find(certificate(answer).latestOrder().orElseThrow())
                .orElseThrow());
    }

    private Certificate certificate(AcceptedOrder answer) {
        return parts.database.inTransaction(
                tx -> new Certificates(tx).find(answer.certificateId()).orElseThrow());
    }

    private List<String> timeline(AcceptedOrder answer) {
        return parts.database.inTransaction(tx -> new Timeline(tx).of(answer.certificateId())).stream()
                .map(Timeline.Entry::entry)
                .toList();
    }

    private static CertificateRequested request(boolean rehearse, String... names) {
        return new CertificateRequested(
                "shop",
                "web",
                List.of(names.length == 0 ? new String[] {"shop.example.com"} : names).stream()
                        .map(name -> new RequestedIdentifier("dns", name))
                        .toList(),
                Optional.of("production"),
                Optional.empty(),
                HOSTS,
                Map.of(),
                rehearse);
    }
}
