package dev.perennial.orders.placement;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.acme.OrderProgress;
import dev.perennial.events.AcmeOrder;
import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.events.Sha256;
import dev.perennial.orders.parts.IssuedFixture;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.parts.TestCa;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.orders.store.UnresolvedAcmeOrders;
import dev.perennial.orders.store.UnresolvedAcmeOrders.UnresolvedAcmeOrder;
import dev.perennial.rules.lifecycle.OrderState;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnresolvedOrderCheckIT {
    private static final Duration LIFE = Duration.ofDays(90);
    private static final Supplier<OrderProgress> INVALID =
            () -> new OrderProgress.Invalid(Problem.of(ErrorCode.CA_REFUSED, "invalid"));
    private static final OrderProgress VALID = new OrderProgress.Valid(URI.create("https://ca.test/certificate/1"));

    private final ServiceFixture parts = new ServiceFixture();
    private final FakeAccounts ca = new FakeAccounts();
    private final UnresolvedOrderCheck check =
            new UnresolvedOrderCheck(parts.database, ca, parts.transitions, parts.clock, parts.meters);
    private final X509Certificate leaf = new TestCa().leaf(TestCa.names("shop.example.com"));
    private StoredOrder order;

    @BeforeEach
    void leave() {
        order = parts.order(parts.accepted("shop", request("shop", List.of(), "shop.example.com")));
        leave(parts.clock.instant().plus(Duration.ofDays(7)));
        ca.chain = List.of(leaf);
    }

    @Test
    void recordsACertificateThatAppearsAfterAnotherOneWasIssued() {
        IssuedFixture.issue(parts, order, parts.clock.instant(), LIFE);
        ca.progress = () -> VALID;

        check.round();
        check.round();

        assertThat(timeline())
                .filteredOn(it -> it.entry().equals("certificate.unused"))
                .singleElement()
                .satisfies(it -> assertThat(it.detail())
                        .containsEntry("fingerprint", Sha256.fingerprint(leaf))
                        .containsEntry("issuer", "first"));
        assertThat(unused()).isEqualTo(1);
        assertThat(parts.count("unresolved_acme_order")).isZero();
    }

    @Test
    void continuesAtTheCaThatWasLeftIfItHasIssued() {
        parts.database.inTransaction(tx -> {
            new Orders(tx).left(order.id(), "first");
            return order;
        });
        ca.progress = () -> VALID;

        check.round();

        StoredOrder returned = parts.database.inTransaction(
                tx -> new Orders(tx).find(order.id()).orElseThrow());
        assertThat(returned.state()).isInstanceOfSatisfying(OrderState.Authorized.class, state -> assertThat(
                        state.acmeOrder().url())
                .hasToString("https://ca.test/left/1"));
        assertThat(returned.issuer()).isEqualTo("first");
        assertThat(returned.unresolvedIssuer()).isEmpty();
        assertThat(parts.facts()).contains("order.placed");
        assertThat(unused()).isZero();
    }

    @Test
    void endsTheMarkOfTheOrderWhenTheCaHasIssuedNothing() {
        ca.progress = INVALID;
        parts.database.inTransaction(tx -> {
            new Orders(tx).left(order.id(), "first");
            return order;
        });

        check.round();

        assertThat(parts.database
                        .inTransaction(tx -> new Orders(tx).find(order.id()).orElseThrow())
                        .unresolvedIssuer())
                .isEmpty();
    }

    @Test
    void keepsTheMarkOfTheOrderWhileAnotherAcmeOrderIsUnresolved() {
        leave(URI.create("https://ca.test/left/2"), parts.clock.instant().plus(Duration.ofDays(7)));
        parts.database.inTransaction(tx -> {
            new Orders(tx).left(order.id(), "first");
            return tx.execute("""
                    UPDATE unresolved_acme_order SET check_at = now() + interval '1 hour'
                    WHERE acme_order ->> 'url' = 'https://ca.test/left/2'""");
        });
        ca.progress = INVALID;

        check.round();

        assertThat(parts.count("unresolved_acme_order")).isEqualTo(1);
        assertThat(parts.database
                        .inTransaction(tx -> new Orders(tx).find(order.id()).orElseThrow())
                        .unresolvedIssuer())
                .contains("first");
    }

    @Test
    void keepsTheMarkOfAnOrderThatWasLeftAgainDuringTheCheck() {
        ca.progress = () -> {
            parts.database.inTransaction(tx -> {
                new UnresolvedAcmeOrders(tx).remove(order.id());
                new Orders(tx).left(order.id(), "second");
                return tx;
            });
            return INVALID.get();
        };

        check.round();

        assertThat(parts.database
                        .inTransaction(tx -> new Orders(tx).find(order.id()).orElseThrow())
                        .unresolvedIssuer())
                .contains("second");
    }

    @Test
    void recordsNothingIfTheCertificateIsInUse() {
        IssuedFixture.issue(parts, order, parts.clock.instant(), LIFE);
        parts.database.inTransaction(tx -> tx.createUpdate("UPDATE issued_certificate SET fingerprint = :fingerprint")
                .bind("fingerprint", Sha256.fingerprint(leaf))
                .execute());
        ca.progress = () -> VALID;

        check.round();

        assertThat(unused()).isZero();
        assertThat(parts.count("unresolved_acme_order")).isZero();
    }

    /** The CA may have queued a finalize request whose response was lost. */
    @Test
    void asksAgainAboutAnAcmeOrderThatCanStillBeFinalized() {
        IssuedFixture.issue(parts, order, parts.clock.instant(), LIFE);
        check.round();
        assertThat(parts.count("unresolved_acme_order")).isEqualTo(1);

        ca.progress = () -> VALID;
        parts.database.inTransaction(tx -> tx.execute("UPDATE unresolved_acme_order SET check_at = now()"));
        check.round();

        assertThat(unused()).isEqualTo(1);
        assertThat(parts.count("unresolved_acme_order")).isZero();
    }

    @Test
    void keepsAnAcmeOrderWithACertificateThatCannotBeDownloaded() {
        IssuedFixture.issue(parts, order, parts.clock.instant(), LIFE);
        parts.database.inTransaction(tx -> tx.execute("DELETE FROM unresolved_acme_order"));
        leave(parts.clock.instant().minusSeconds(1));
        ca.progress = () -> VALID;
        ca.downloadFailure = Optional.of(new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "HTTP 503")));

        assertThatExceptionOfType(RetryLater.class).isThrownBy(check::round);

        assertThat(parts.count("unresolved_acme_order")).isEqualTo(1);
    }

    @Test
    void asksUntilTheAcmeOrderExpires() {
        IssuedFixture.issue(parts, order, parts.clock.instant(), LIFE);
        ca.progress = () -> {
            throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "HTTP 503"));
        };

        check.round();
        assertThat(parts.count("unresolved_acme_order")).isEqualTo(1);

        parts.database.inTransaction(tx -> tx.execute("DELETE FROM unresolved_acme_order"));
        leave(parts.clock.instant().minusSeconds(1));
        check.round();
        assertThat(parts.count("unresolved_acme_order")).isZero();
    }

    @Test
    void keepsAnAcmeOrderThatHasExpiredOnlyByAClockThatIsAhead() {
        parts.database.inTransaction(tx -> tx.execute("DELETE FROM unresolved_acme_order"));
        leave(parts.clock.instant().plus(Duration.ofHours(1)));
        ca.progress = () -> {
            throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "HTTP 503"));
        };
        Clock ahead = Clock.offset(parts.clock, Duration.ofHours(4));

        new UnresolvedOrderCheck(parts.database, ca, parts.transitions, ahead, parts.meters).round();

        assertThat(parts.count("unresolved_acme_order")).isEqualTo(1);
    }

    @Test
    void checksTheOrdersOfAnotherIssuerBesideManyOfOne() {
        for (int i = 2; i < 40; i++) {
            leave(URI.create("https://ca.test/left/" + i), parts.clock.instant().plus(Duration.ofDays(7)));
        }
        parts.database.inTransaction(tx -> tx.execute("""
                UPDATE unresolved_acme_order SET issuer = 'second', check_at = now()
                WHERE acme_order ->> 'url' = 'https://ca.test/left/39'"""));
        ca.progress = INVALID;

        check.round();

        List<Map<String, Object>> left = parts.database.inTransaction(
                tx -> tx.createQuery("SELECT issuer, count(*) FROM unresolved_acme_order GROUP BY 1")
                        .mapToMap()
                        .list());
        assertThat(left).singleElement().isEqualTo(Map.of("issuer", "first", "count", 28L));
    }

    @Test
    void checksOrdersAtTheSameTime() {
        leave(URI.create("https://ca.test/left/2"), parts.clock.instant().plus(Duration.ofDays(7)));
        CyclicBarrier both = new CyclicBarrier(2);
        ca.progress = () -> {
            try {
                both.await(10, TimeUnit.SECONDS);
                return INVALID.get();
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException("the other check did not begin", e);
            }
        };

        check.round();

        assertThat(parts.count("unresolved_acme_order")).isZero();
    }

    @Test
    void checksOtherOrdersIfARowCannotBeRead() {
        IssuedFixture.issue(parts, order, parts.clock.instant(), LIFE);
        parts.database.inTransaction(tx -> tx.execute("UPDATE unresolved_acme_order SET acme_order = '[]'"));
        leave(parts.clock.instant().plus(Duration.ofDays(7)));
        ca.progress = () -> VALID;

        check.round();

        assertThat(unused()).isEqualTo(1);
        assertThat(parts.count("unresolved_acme_order"))
                .as("the row that cannot be read")
                .isEqualTo(1);
        assertThat(check.round()).isFalse();
    }

    private void leave(Instant expires) {
        leave(URI.create("https://ca.test/left/1"), expires);
    }

    private void leave(URI url, Instant expires) {
        AcmeOrder acme = new AcmeOrder(url, URI.create(url + "/finalize"), List.of(), Optional.of(expires));
        parts.database.inTransaction(tx -> {
            new UnresolvedAcmeOrders(tx).add(new UnresolvedAcmeOrder(order.id(), "first", acme, parts.clock.instant()));
            return order;
        });
    }

    private double unused() {
        return parts.meters
                .counter("perennial_unused_certificates_total", "issuer", "first")
                .count();
    }

    private List<Timeline.Entry> timeline() {
        CertificateId certificate = order.certificateId();
        return parts.database.inTransaction(tx -> new Timeline(tx).of(certificate));
    }
}
