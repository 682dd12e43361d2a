package dev.perennial.orders.renewal;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static dev.perennial.orders.renewal.TestRenewalConfig.renewer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Initiator;
import dev.perennial.events.Problem;
import dev.perennial.orders.issuer.limits.FailingNames;
import dev.perennial.orders.parts.IssuedFixture;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.retirement.DropNames;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetirementIT {
    private static final Duration LIFE = Duration.ofDays(90);
    private static final Initiator OPERATOR = new Initiator("token:operator");
    private static final Duration DUE = Duration.ofDays(60);
    private static final Duration EMERGENCY = Duration.ofDays(80);

    private final ServiceFixture parts = new ServiceFixture();
    private final Instant start = parts.clock.instant();

    @Test
    void doesNotRenewARetiredCertificate() {
        CertificateId id = IssuedFixture.with(parts, "shop", start, LIFE);

        retire(id);
        renewer(parts, DUE).round();
        renewer(parts, EMERGENCY).round();

        assertThat(orders(id)).hasSize(1);
        assertThat(parts.count("scheduled_task")).isZero();
        assertThat(certificate(id).retired().orElseThrow().reason()).isEqualTo("the shop is closed");
        assertThat(parts.facts()).contains("certificate.retired");
        assertThat(timeline(id)).endsWith("certificate.retired");
    }

    @Test
    void withdrawsAWaitingOrderOfARetiredCertificate() {
        CertificateId id = parts.accepted("r1", request("shop", List.of(), "shop.example.com"))
                .certificateId();

        retire(id);
        renewer(parts, Duration.ZERO).round();
        renewer(parts, Duration.ofHours(1)).round();

        assertThat(orders(id).getFirst().state()).isInstanceOfSatisfying(OrderState.Failed.class, failed -> assertThat(
                        failed.problem().code())
                .isEqualTo(ErrorCode.CERTIFICATE_RETIRED));
        assertThat(parts.facts()).containsOnlyOnce("order.failed");
        assertThat(parts.count("scheduled_task")).isZero();
    }

    @Test
    void retiresAfterTheEndOfAPlacedOrder() {
        CertificateId id = parts.accepted("r1", request("shop", List.of(), "shop.example.com"))
                .certificateId();
        IssuedFixture.place(parts, orders(id).getFirst().id());

        retire(id);
        renewer(parts, Duration.ZERO).round();
        assertThat(orders(id).getFirst().state()).isInstanceOf(OrderState.Placed.class);
        IssuedFixture.issue(parts, orders(id).getFirst(), start, LIFE);
        renewer(parts, Duration.ofHours(1)).round();

        assertThat(parts.count("scheduled_task")).isZero();
        assertThat(certificate(id).retired()).isPresent();
    }

    @Test
    void resumesTheRenewalOfACertificateThatIsRequestedAgain() {
        CertificateId id = IssuedFixture.with(parts, "shop", start, LIFE);
        retire(id);
        renewer(parts, Duration.ZERO).round();

        AcceptedOrder again = parts.accepted("r2", request("shop", List.of(), "shop.example.com"));
        renewer(parts, DUE).round();

        assertThat(again.disposition()).isEqualTo(Disposition.ALREADY_CURRENT);
        assertThat(certificate(id).retired()).isEmpty();
        assertThat(orders(id)).hasSize(2);
        assertThat(timeline(id)).contains("certificate.revived");
    }

    @Test
    void doesNotResumeTheRenewalOfACertificateThatThePolicyNoLongerAllows() {
        CertificateId id = IssuedFixture.with(parts, "shop", start, LIFE);
        retire(id);
        parts.applyPolicy("{\"owners\":{\"web\":{\"allowedSuffixes\":[\"web.example.com\"]}}}");

        assertThat(resume(id)).extracting(Problem::code).containsExactly(ErrorCode.FORBIDDEN_NAME);
        renewer(parts, DUE).round();
        assertThat(certificate(id).retired()).isPresent();
        assertThat(orders(id)).hasSize(1);

        parts.applyPolicy("{\"owners\":{\"web\":{\"allowedSuffixes\":[\"shop.example.com\"]}}}");
        assertThat(resume(id)).isEmpty();
        assertThat(certificate(id).retired()).isEmpty();
    }

    /** Otherwise the running order, and later renewals, would have names that the policy no longer allows. */
    @Test
    void staysRetiredIfARequestIsRefusedBecauseOfARunningOrder() {
        CertificateId id = parts.accepted("r1", request("shop", List.of(), "shop.example.com"))
                .certificateId();
        retire(id);

        assertThat(ServiceFixture.problems(parts.submit("r2", request("shop", List.of(), "new.example.com"))))
                .extracting(Problem::code)
                .containsExactly(ErrorCode.ORDER_RUNNING);

        assertThat(certificate(id).retired()).isPresent();
    }

    @Test
    void renewsACertificateThatThePolicyNoLongerAllows() {
        CertificateId id = IssuedFixture.with(parts, "shop", start, LIFE);
        parts.applyPolicy("""
                {"otherOwners":"DENIED","owners":{"web":{"allowedSuffixes":["web.example.com"],"issuers":["staging"],
                 "requiredLabels":["cost-centre"],"maxOrdersPerDay":1}}}""");

        renewer(parts, DUE).round();

        assertThat(orders(id)).hasSize(2);
        assertThat(orders(id).getFirst().issuer()).isEqualTo("local");
    }

    @Test
    void retiresACertificateThatNoHostFileContains() {
        CertificateId id = servedOnTwoHosts();
        report(id, "web-1", ErrorCode.NOT_CONFIGURED_ON_HOST);
        report(id, "web-2", ErrorCode.NOT_CONFIGURED_ON_HOST);

        renewer(parts, DUE).round();

        assertThat(orders(id)).hasSize(1);
        assertThat(certificate(id).retired().orElseThrow().reason()).contains("no host serves it", "web-1, web-2");
    }

    @Test
    void renewsACertificateThatOneHostMayServe() {
        CertificateId id = servedOnTwoHosts();
        report(id, "web-1", ErrorCode.NOT_CONFIGURED_ON_HOST);
        report(id, "web-2", ErrorCode.RELOAD_FAILED);

        renewer(parts, DUE).round();

        assertThat(orders(id)).hasSize(2);
    }

    @Test
    void renewsUnservedCertificatesIfConfigured() {
        parts.retirement.whenNotServed = false;
        CertificateId id = servedOnTwoHosts();
        report(id, "web-1", ErrorCode.NOT_CONFIGURED_ON_HOST);
        report(id, "web-2", ErrorCode.NOT_CONFIGURED_ON_HOST);

        renewer(parts, DUE).round();

        assertThat(orders(id)).hasSize(2);
    }

    @Test
    void raisesOneAlarmIfAFailingNameBlocksTheOthers() {
        CertificateId id = blocked();

        renewer(parts, DUE.plusHours(2)).round();
        renewer(parts, DUE.plusHours(4)).round();

        assertThat(parts.facts()).containsOnlyOnce("certificate.names-failing");
        assertThat(timeline(id)).containsOnlyOnce("names.failing");
        assertThat(orders(id)).hasSize(2);
        assertThat(certificate(id).spec().identifiers()).hasSize(2);
    }

    @Test
    void renewsWithoutTheFailingNameInAnEmergency() {
        CertificateId id = blocked();

        renewer(parts, EMERGENCY).round();

        assertThat(orders(id)).hasSize(3);
        StoredOrder next = orders(id).getFirst();
        assertThat(next.state()).isInstanceOf(OrderState.Due.class);
        assertThat(next.cause()).isEqualTo(OrderCause.LIFETIME_SPENT);
        assertThat(next.spec().identifiers()).extracting(name -> name.value()).containsExactly("shop.example.com");
        assertThat(orders(id).get(1).state()).isInstanceOfSatisfying(OrderState.Failed.class, failed -> assertThat(
                        failed.problem().code())
                .isEqualTo(ErrorCode.NAME_DROPPED));
        assertThat(timeline(id)).contains("names.dropped");
        assertThat(parts.meters
                        .counter("perennial_failing_names_total", "dropped", "true")
                        .count())
                .isEqualTo(1);
        IssuedFixture.issue(parts, next, start, LIFE);
        AcceptedOrder whole = parts.accepted("r2", request("shop", List.of(), "shop.example.com", "old.example.com"));
        assertThat(whole.disposition())
                .as("the request contains all names again")
                .isEqualTo(Disposition.ORDERED);
    }

    @Test
    void dropsNoNameIfAnOperatorDecides() {
        parts.retirement.dropNames = DropNames.NEVER;
        CertificateId id = blocked();

        renewer(parts, EMERGENCY).round();

        assertThat(orders(id)).hasSize(2);
        assertThat(parts.facts()).containsOnlyOnce("certificate.names-failing");
    }

    /** Our own self-check may be wrong, for example behind split-horizon DNS. */
    @Test
    void dropsNoNameThatOnlyTheSelfCheckFailed() {
        CertificateId id = blocked(ErrorCode.SELF_CHECK_FAILED);

        renewer(parts, EMERGENCY).round();

        assertThat(orders(id)).hasSize(2);
        assertThat(timeline(id)).contains("names.failing").doesNotContain("names.dropped");
    }

    /** Its renewal waits because one of its two names is in quarantine. */
    private CertificateId blocked() {
        return blocked(ErrorCode.CHALLENGE_FAILED);
    }

    private CertificateId blocked(ErrorCode failure) {
        CertificateId id = parts.accepted("r1", request("shop", List.of(), "shop.example.com", "old.example.com"))
                .certificateId();
        IssuedFixture.issue(parts, orders(id).getFirst(), start, LIFE);
        renewer(parts, DUE).round();
        parts.database.inTransaction(tx -> {
            FailingNames names = new FailingNames(tx);
            names.failed("local", "old.example.com", Problem.of(failure, "no answer"), start);
            names.quarantine("local", List.of("old.example.com"), start.plus(Duration.ofDays(1)));
            return names;
        });
        return id;
    }

    private CertificateId servedOnTwoHosts() {
        CertificateId id = parts.accepted("r1", request("shop", List.of("web-1", "web-2"), "shop.example.com"))
                .certificateId();
        IssuedFixture.issue(parts, orders(id).getFirst(), start, LIFE);
        return id;
    }

    private void report(CertificateId id, String host, ErrorCode code) {
        String fingerprint = certificate(id).issued().orElseThrow().fingerprint();
        parts.database.inTransaction(tx -> parts.transitions.apply(
                tx,
                orders(id).getFirst().id(),
                new Input.DeploymentFailed(host, fingerprint, Problem.of(code, "reported by the host"))));
    }

    private List<Problem> resume(CertificateId id) {
        return parts.database.inTransaction(
                tx -> parts.retirements.resume(tx, new Certificates(tx).lock(id).orElseThrow(), "a test", OPERATOR));
    }

    private void retire(CertificateId id) {
        parts.database.inTransaction(tx -> {
            parts.retirements.retire(tx, new Certificates(tx).lock(id).orElseThrow(), "the shop is closed", OPERATOR);
            return id;
        });
    }

    private Certificate certificate(CertificateId id) {
        return parts.database.inTransaction(tx -> new Certificates(tx).find(id).orElseThrow());
    }

    private List<StoredOrder> orders(CertificateId id) {
        return parts.database.inTransaction(tx -> new Orders(tx).of(id));
    }

    private List<String> timeline(CertificateId id) {
        return parts.database.inTransaction(tx ->
                new Timeline(tx).of(id).stream().map(Timeline.Entry::entry).toList());
    }
}
