package dev.perennial.orders.consumers;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DeploymentRolledBack;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Finalization;
import dev.perennial.events.Identifier;
import dev.perennial.events.IssuanceFailed;
import dev.perennial.events.OrderAuthorized;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderId;
import dev.perennial.events.OrderRejected;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import dev.perennial.events.Sha256;
import dev.perennial.events.Topic;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.parts.TestCa;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.orders.store.UnresolvedAcmeOrders;
import dev.perennial.orders.store.UnresolvedAcmeOrders.UnresolvedAcmeOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FactRecorderIT {
    private static final String FINGERPRINT = "f1".repeat(32);
    private static final AcmeOrder ACME = new AcmeOrder(
            URI.create("https://ca.test/order/1"),
            URI.create("https://ca.test/finalize/1"),
            List.of(),
            Optional.empty());

    private final ServiceFixture parts = new ServiceFixture();
    private final FactRecorder recorder =
            new FactRecorder(parts.database, parts.transitions, parts.budget, parts.clock, parts.refused);
    private AcceptedOrder answer;

    @BeforeEach
    void placeAnOrder() {
        answer = parts.accepted("r1", request("shop", List.of("web-1"), "shop.example.com"));
        parts.database.inTransaction(tx -> parts.transitions.apply(tx, answer.orderId(), new Input.Placed(1, ACME)));
    }

    @Test
    void recordsAnOrderUpToTheHandshake() {
        StoredOrder placed = parts.order(answer);

        recorder.record(parts.event(new OrderAuthorized(placed.toEvent(1, ACME))));
        recorder.record(parts.event(issued(answer.certificateId(), answer.orderId())));
        recorder.record(parts.event(deployed()));

        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Deployed.class);
        Certificate certificate = parts.database.inTransaction(
                tx -> new Certificates(tx).find(answer.certificateId()).orElseThrow());
        assertThat(certificate.issued().orElseThrow().serial()).isEqualTo("ab12");
        List<Timeline.Entry> timeline = parts.database.inTransaction(tx -> new Timeline(tx).of(answer.certificateId()));
        assertThat(timeline)
                .extracting(Timeline.Entry::entry)
                .containsExactly(
                        "certificate.requested",
                        "order.placed",
                        "order.authorized",
                        "certificate.issued",
                        "certificate.deployed");
        assertThat(timeline.getLast().detail())
                .containsEntry(
                        "proof", "tls at 127.0.0.1:443 for 'shop.example.com' and 1 more, TLSv1.3, turnover COMPLETE");
    }

    @Test
    void ignoresADuplicateFact() {
        CloudEvent event = parts.event(issued(answer.certificateId(), answer.orderId()));
        recorder.record(event);

        assertThat(recorder.record(event)).isEmpty();
        assertThat(parts.count("timeline")).isEqualTo(3);
    }

    @Test
    void acceptsADeploymentReportBeforeTheIssuance() {
        recorder.record(parts.event(deployed()));
        recorder.record(parts.event(issued(answer.certificateId(), answer.orderId())));

        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Deployed.class);
    }

    @Test
    void storesEarlyReportsWithoutChangingTheWaitOfTheOrder() {
        recorder.record(parts.event(rejected(ErrorCode.CA_UNAVAILABLE)));
        StoredOrder waiting = parts.order(answer);

        recorder.record(parts.event(deployed()));
        recorder.record(parts.event(deployed()));
        recorder.record(parts.event(rolledBack()));

        StoredOrder reported = parts.order(answer);
        assertThat(reported.lastProblem()).isPresent().isEqualTo(waiting.lastProblem());
        assertThat(reported.updatedAt()).isEqualTo(waiting.updatedAt());
        assertThat(reported.deadlineAt()).isPresent().isEqualTo(waiting.deadlineAt());
        assertThat(reported.state())
                .isInstanceOfSatisfying(OrderState.Placed.class, placed -> assertThat(placed.earlyReports())
                        .hasEntrySatisfying(
                                "web-1", report -> assertThat(report.problem()).isPresent()));
        assertThat(parts.count("deployment")).isEqualTo(1);
    }

    @Test
    void startsANewAttemptAfterARejection() {
        recorder.record(parts.event(rejected(ErrorCode.CHALLENGE_FAILED)));

        StoredOrder order = parts.order(answer);
        assertThat(order.state()).isInstanceOfSatisfying(OrderState.Due.class, due -> assertThat(due.attempt())
                .isEqualTo(2));
        assertThat(order.lastProblem().orElseThrow().code()).isEqualTo(ErrorCode.CHALLENGE_FAILED);
    }

    /** A replica whose clock is two hours ahead computes the time of the next attempt. */
    @Test
    void doesNotWaitLongerBecauseTheClockOfAWriterIsAhead() {
        Instant now = parts.clock.instant();
        Instant ahead = now.plus(Duration.ofHours(2));
        Problem problem = Problem.of(ErrorCode.VAULT_UNAVAILABLE, "sealed").nextAttempt(ahead.plusSeconds(30));
        OrderFact failed = new IssuanceFailed(
                answer.certificateId(), answer.orderId(), 1, problem, Optional.of(Finalization.MAYBE));

        recorder.record(new CloudEvent("e1", URI.create("/test"), ahead, "s", Optional.empty(), failed));

        assertThat(parts.order(answer).state())
                .isInstanceOfSatisfying(OrderState.AtTheCa.class, waiting -> assertThat(waiting.deadline())
                        .isBetween(now.plusSeconds(30), now.plusSeconds(60)));
        assertThat(parts.order(answer).lastProblem().flatMap(Problem::nextAttemptAt))
                .hasValueSatisfying(next -> assertThat(next).isBetween(now.plusSeconds(30), now.plusSeconds(60)));
    }

    @Test
    void countsAnUnusableCertificateThatIsReportedBeforeTheAuthorization() {
        AcmeOrder expiring = ACME.withExpires(parts.clock.instant().plusSeconds(30));
        AcceptedOrder other = parts.accepted("r2", request("api", List.of(), "api.example.com"));
        parts.database.inTransaction(tx -> parts.transitions.apply(tx, other.orderId(), new Input.Placed(1, expiring)));

        recorder.record(parts.event(issuanceFailed(other, ErrorCode.CA_MISBEHAVED, Finalization.MAYBE)));

        assertThat(parts.order(other).state()).isInstanceOf(OrderState.Due.class);
        assertThat(parts.order(other).unusable()).isEqualTo(1);
    }

    @Test
    void countsNoUnusableCertificateIfTheCaCannotHaveIssued() {
        recorder.record(parts.event(new OrderAuthorized(parts.order(answer).toEvent(1, ACME))));

        recorder.record(parts.event(issuanceFailed(answer, ErrorCode.CA_MISBEHAVED, Finalization.NEVER)));

        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Due.class);
        assertThat(parts.order(answer).unusable()).isZero();
    }

    @Test
    void resolvesTheAcmeOrderThatWasLeftIfItsCertificateCannotBeUsed() {
        recorder.record(parts.event(new OrderAuthorized(parts.order(answer).toEvent(1, ACME))));
        parts.database.inTransaction(tx -> {
            new Orders(tx).left(answer.orderId(), "other-ca");
            new UnresolvedAcmeOrders(tx)
                    .add(new UnresolvedAcmeOrder(answer.orderId(), "other-ca", ACME, parts.clock.instant()));
            return answer;
        });

        recorder.record(parts.event(unusableCertificateOf("other-ca")));

        assertThat(parts.order(answer).unusable()).isEqualTo(1);
        assertThat(parts.order(answer).unresolvedIssuer()).isEmpty();
        assertThat(parts.count("unresolved_acme_order")).isZero();
    }

    /** Its CA may still have issued a usable one. */
    @Test
    void keepsTheAcmeOrderThatWasLeftIfTheUnusableCertificateIsOfAnotherAttempt() {
        recorder.record(parts.event(new OrderAuthorized(parts.order(answer).toEvent(1, ACME))));
        parts.database.inTransaction(tx -> {
            new Orders(tx).left(answer.orderId(), "other-ca");
            new UnresolvedAcmeOrders(tx)
                    .add(new UnresolvedAcmeOrder(answer.orderId(), "other-ca", ACME, parts.clock.instant()));
            return answer;
        });

        recorder.record(parts.event(unusableCertificateOf("third-ca")));

        assertThat(parts.order(answer).unusable()).isEqualTo(1);
        assertThat(parts.order(answer).unresolvedIssuer()).contains("other-ca");
        assertThat(parts.count("unresolved_acme_order")).isEqualTo(1);
    }

    @Test
    void keepsTheAcmeOrdersThatWereLeftIfThereAreSeveral() {
        recorder.record(parts.event(new OrderAuthorized(parts.order(answer).toEvent(1, ACME))));
        parts.database.inTransaction(tx -> {
            new Orders(tx).left(answer.orderId(), "other-ca");
            UnresolvedAcmeOrders left = new UnresolvedAcmeOrders(tx);
            AcmeOrder second =
                    new AcmeOrder(URI.create("https://ca.test/order/2"), ACME.finalizeUrl(), List.of(), ACME.expires());
            left.add(new UnresolvedAcmeOrder(answer.orderId(), "other-ca", ACME, parts.clock.instant()));
            left.add(new UnresolvedAcmeOrder(answer.orderId(), "other-ca", second, parts.clock.instant()));
            return answer;
        });

        recorder.record(parts.event(unusableCertificateOf("other-ca")));

        assertThat(parts.order(answer).unresolvedIssuer()).contains("other-ca");
        assertThat(parts.count("unresolved_acme_order")).isEqualTo(2);
    }

    @Test
    void publishesAnAbandonedOrder() {
        recorder.record(parts.event(rejected(ErrorCode.CA_REFUSED)));

        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Failed.class);
        assertThat(parts.facts()).containsExactly("certificate.accepted", "order.placed", "order.failed");
    }

    @Test
    void showsARolledBackHostAndItsLaterSuccess() {
        recorder.record(parts.event(issued(answer.certificateId(), answer.orderId())));
        recorder.record(parts.event(rolledBack()));
        StoredOrder rolledBack = parts.order(answer);

        recorder.record(parts.event(deployed()));

        assertThat(rolledBack.state()).isInstanceOf(OrderState.Undeployed.class);
        assertThat(rolledBack.lastProblem().orElseThrow().code()).isEqualTo(ErrorCode.HANDSHAKE_MISMATCH);
        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Deployed.class);
        assertThat(parts.order(answer).lastProblem()).isEmpty();
    }

    @Test
    void refusesFactsAboutAnOrderOfAnotherCertificate() {
        Optional<Decision> decision = recorder.record(parts.event(issued(CertificateId.next(), answer.orderId())));

        assertThat(decision).containsInstanceOf(Decision.Refused.class);
        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Placed.class);
    }

    @Test
    void refusesFactsAboutAnUnknownOrder() {
        Optional<Decision> decision = recorder.record(parts.event(issued(CertificateId.next(), OrderId.next())));

        assertThat(decision).containsInstanceOf(Decision.Refused.class);
        assertThat(parts.meters
                        .counter("perennial_refused_inputs_total", "input", "certificate.issued")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void expectsTheTargetsOfTheOrderAndNotThoseOfTheFact() {
        recorder.record(parts.event(issued(answer.certificateId(), answer.orderId(), List.of())));

        assertThat(parts.order(answer).state()).isInstanceOfSatisfying(OrderState.Issued.class, issued -> assertThat(
                        issued.rollout().outstanding())
                .containsExactly("web-1"));
    }

    @Test
    void refusesAReportOfAHostAboutAnotherOne() {
        recorder.record(parts.event(issued(answer.certificateId(), answer.orderId())));

        Optional<Decision> decision =
                recorder.record(parts.event(deployed("web-1"), Topic.sourceOfAgent("other-host")));

        assertRefused(decision, "certificate.deployed", "its source is not the agent of the host that it names");
        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Issued.class);
    }

    @Test
    void refusesAReportOfAHostWhoseNameIsNotValidInASource() {
        Optional<Decision> decision =
                recorder.record(parts.event(deployed("a\u0000b".repeat(1_000)), Topic.sourceOfAgent("web-1")));

        assertRefused(decision, "certificate.deployed", "its source is not the agent of the host that it names");
    }

    @Test
    void refusesAReportOfAHostThatIsNotATarget() {
        Optional<Decision> early = recorder.record(parts.event(deployed("web-9")));

        assertRefused(early, "certificate.deployed", "its host is not a target of the order");
        assertThat(parts.count("deployment")).isZero();
    }

    @Test
    void ignoresAReportAboutACertificateThatTheOrderDoesNotHave() {
        recorder.record(parts.event(deployed("web-1", "e2".repeat(32))));
        recorder.record(parts.event(issued(answer.certificateId(), answer.orderId())));
        recorder.record(parts.event(deployed("web-1", "e3".repeat(32))));

        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Issued.class);
    }

    @Test
    void recordsOneTimelineEntryForManyRefusedFacts() {
        for (int i = 0; i < 3; i++) {
            recorder.record(parts.event(deployed("web-9")));
        }

        assertThat(entries()).containsOnlyOnce("fact.refused");
        assertThat(parts.meters
                        .counter("perennial_refused_inputs_total", "input", "certificate.deployed")
                        .count())
                .isEqualTo(3);
    }

    @Test
    void recordsTheGenuineFactAfterARefusedOneWithTheSameId() {
        CloudEvent genuine = parts.event(ofChain());
        recorder.record(new CloudEvent(
                genuine.id(),
                genuine.source(),
                genuine.time(),
                "k",
                genuine.initiator(),
                with("serial", (CertificateIssued) genuine.data())));

        assertThat(recorder.record(genuine)).containsInstanceOf(Decision.Moved.class);
    }

    @Test
    void recordsFactsOfTwoTopicsWithTheSameSourceAndId() {
        CloudEvent issued = parts.event(issued(answer.certificateId(), answer.orderId()), URI.create("/one"));
        StoredOrder placed = parts.order(answer);
        recorder.record(new CloudEvent(
                issued.id(),
                issued.source(),
                issued.time(),
                "k",
                issued.initiator(),
                new OrderAuthorized(placed.toEvent(1, ACME))));

        assertThat(recorder.record(issued)).containsInstanceOf(Decision.Moved.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"serial", "fingerprint", "notBefore", "notAfter", "names", "foreignNames", "targets"})
    void refusesAnIssuanceWhoseClaimsAreNotThoseOfItsChain(String claim) {
        CertificateIssued claimed = with(claim, ofChain());

        Optional<Decision> decision = recorder.record(parts.event(claimed));

        assertRefused(decision, "certificate.issued", "");
        assertThat(parts.count("issued_certificate")).isZero();
    }

    @Test
    void recordsAnIssuanceWhoseClaimsAreThoseOfItsChain() {
        assertThat(recorder.record(parts.event(ofChain()))).containsInstanceOf(Decision.Moved.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"longSerial", "notHexSerial", "shortFingerprint", "datesReversed", "yearTenThousand", "longPath"
            })
    void refusesAnIssuanceWithUnboundedClaims(String claim) {
        Optional<Decision> decision =
                recorder.record(parts.event(with(claim, issued(answer.certificateId(), answer.orderId()))));

        assertRefused(decision, "certificate.issued", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "F1", "f1f1"})
    void refusesAReportWithoutAFingerprint(String fingerprint) {
        Optional<Decision> decision = recorder.record(parts.event(deployed("web-1", fingerprint)));

        assertRefused(decision, "certificate.deployed", "fingerprint");
    }

    private void assertRefused(Optional<Decision> decision, String type, String reason) {
        assertThat(decision).hasValueSatisfying(it -> assertThat(it)
                .isInstanceOfSatisfying(Decision.Refused.class, refused -> assertThat(refused.reason())
                        .contains(reason)));
        assertThat(entries()).contains("fact.refused");
        assertThat(parts.meters
                        .counter("perennial_refused_inputs_total", "input", type)
                        .count())
                .isEqualTo(1);
    }

    private List<String> entries() {
        return parts.database.inTransaction(tx -> new Timeline(tx).of(answer.certificateId())).stream()
                .map(Timeline.Entry::entry)
                .toList();
    }

    private CertificateIssued ofChain() {
        TestCa ca = new TestCa();
        X509Certificate leaf = ca.leaf(TestCa.names("shop.example.com"));
        CertificateIssued plain = issued(answer.certificateId(), answer.orderId());
        return new CertificateIssued(
                plain.certificateId(),
                plain.orderId(),
                1,
                "shop",
                List.of(Identifier.dns("shop.example.com")),
                plain.targets(),
                leaf.getSerialNumber().toString(16),
                Sha256.fingerprint(leaf),
                leaf.getNotBefore().toInstant(),
                leaf.getNotAfter().toInstant(),
                List.of(TestCa.pem(leaf), TestCa.pem(ca.certificate())),
                plain.vaultPath(),
                1,
                false,
                Optional.empty());
    }

    /** The fact with one claim changed. */
    private static CertificateIssued with(String claim, CertificateIssued fact) {
        boolean foreign = claim.equals("foreignNames");
        X509Certificate other = new TestCa().leaf(TestCa.names("other.example.com"));
        return new CertificateIssued(
                fact.certificateId(),
                fact.orderId(),
                fact.attempt(),
                fact.name(),
                claim.equals("names") || foreign ? List.of(Identifier.dns("other.example.com")) : fact.identifiers(),
                claim.equals("targets") ? List.of("web-2") : fact.targets(),
                switch (claim) {
                    case "serial" -> fact.serial() + "0";
                    case "longSerial" -> "1".repeat(65);
                    case "notHexSerial" -> "AB";
                    default -> foreign ? other.getSerialNumber().toString(16) : fact.serial();
                },
                switch (claim) {
                    case "fingerprint" -> "e2".repeat(32);
                    case "shortFingerprint" -> "e2";
                    default -> foreign ? Sha256.fingerprint(other) : fact.fingerprint();
                },
                switch (claim) {
                    case "notBefore" -> fact.notBefore().minusSeconds(1);
                    case "datesReversed" -> fact.notAfter();
                    default -> foreign ? other.getNotBefore().toInstant() : fact.notBefore();
                },
                switch (claim) {
                    case "notAfter" -> fact.notAfter().plusSeconds(1);
                    case "yearTenThousand" -> Instant.parse("+10000-01-01T00:00:00Z");
                    default -> foreign ? other.getNotAfter().toInstant() : fact.notAfter();
                },
                foreign ? List.of(TestCa.pem(other)) : fact.chain(),
                claim.equals("longPath") ? "p".repeat(1025) : fact.vaultPath(),
                fact.vaultVersion(),
                fact.rehearsal(),
                Optional.empty());
    }

    private CertificateIssued issued(CertificateId certificate, OrderId order) {
        return issued(certificate, order, List.of("web-1"));
    }

    private CertificateIssued issued(CertificateId certificate, OrderId order, List<String> targets) {
        Instant now = parts.clock.instant();
        return new CertificateIssued(
                certificate,
                order,
                1,
                "shop",
                List.of(),
                targets,
                "ab12",
                FINGERPRINT,
                now,
                now.plus(Duration.ofDays(90)),
                List.of("-----BEGIN CERTIFICATE-----"),
                "certificates/" + certificate,
                1,
                false,
                Optional.empty());
    }

    private CertificateDeployed deployed() {
        return deployed("web-1");
    }

    private CertificateDeployed deployed(String host) {
        return deployed(host, FINGERPRINT);
    }

    private CertificateDeployed deployed(String host, String fingerprint) {
        return new CertificateDeployed(
                answer.certificateId(),
                answer.orderId(),
                "shop",
                host,
                "ab12",
                fingerprint,
                "127.0.0.1:443",
                "shop.example.com",
                "TLSv1.3",
                "g1",
                List.of(new CertificateDeployed.Proof(
                        "127.0.0.1:443", "tls", "shop.example.com", "TLSv1.3", 2, Optional.of("COMPLETE"))));
    }

    private DeploymentRolledBack rolledBack() {
        return new DeploymentRolledBack(
                answer.certificateId(),
                answer.orderId(),
                "shop",
                "web-1",
                FINGERPRINT,
                "f0",
                Problem.of(ErrorCode.HANDSHAKE_MISMATCH, "the old one is served"));
    }

    private static IssuanceFailed issuanceFailed(AcceptedOrder order, ErrorCode code, Finalization finalization) {
        return new IssuanceFailed(
                order.certificateId(), order.orderId(), 1, Problem.of(code, "for the test"), Optional.of(finalization));
    }

    private IssuanceFailed unusableCertificateOf(String issuer) {
        return new IssuanceFailed(
                answer.certificateId(),
                answer.orderId(),
                1,
                Problem.of(
                        ErrorCode.CERTIFICATE_MISMATCH,
                        "the certificate of issuer '" + issuer + "' does not match the order; it was not stored"),
                Optional.of(Finalization.NEVER));
    }

    private OrderRejected rejected(ErrorCode code) {
        return new OrderRejected(
                answer.certificateId(),
                answer.orderId(),
                1,
                List.of(new IdentifierProblem(
                        dev.perennial.events.Identifier.dns("shop.example.com"), Problem.of(code, "for the test"))));
    }
}
