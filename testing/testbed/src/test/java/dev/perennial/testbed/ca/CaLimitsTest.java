package dev.perennial.testbed.ca;

import static dev.perennial.testbed.ca.Quotas.Counted.CERTIFICATES_OF_DOMAIN;
import static dev.perennial.testbed.ca.Quotas.Counted.CERTIFICATES_OF_NAMES;
import static dev.perennial.testbed.ca.Quotas.Counted.FAILED_AUTHORIZATIONS;
import static dev.perennial.testbed.ca.Quotas.Counted.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.testbed.ca.CaLimits.Admitted;
import dev.perennial.testbed.ca.CaLimits.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CaLimitsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Quotas NONE = new Quotas(Map.of(), Map.of());

    private final CaLimits limits = new CaLimits();

    @Test
    void permitsOrdersUpToTheQuotaAndAnotherAfterARefill() {
        limits.enforce(NONE.with(ORDERS, 3, Duration.ofSeconds(30)));

        for (int i = 0; i < 3; i++) {
            assertThat(order("a", "shop.test", NOW)).isEmpty();
        }

        Refusal refusal = order("a", "shop.test", NOW).orElseThrow();
        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(10));
        assertThat(refusal.detail())
                .isEqualTo(
                        "too many new orders (3) from this account in the last 0h0m30s, retry after 2026-11-21T12:00:11Z");
        assertThat(order("b", "shop.test", NOW)).as("another account").isEmpty();
        assertThat(order("a", "shop.test", NOW.plusMillis(9_999))).isPresent();
        assertThat(order("a", "shop.test", NOW.plusSeconds(10))).isEmpty();
        assertThat(order("a", "shop.test", NOW.plusSeconds(10))).isPresent();
    }

    @Test
    void takesNoTokenForARefusedOrder() {
        limits.enforce(NONE.with(ORDERS, 2, Duration.ofHours(1)).with(CERTIFICATES_OF_NAMES, 1, Duration.ofHours(1)));
        order("a", "shop.test", NOW);
        limits.issued(admitted("a", "shop.test"), NOW);

        assertThat(order("a", "shop.test", NOW)).isPresent();

        assertThat(order("a", "other.test", NOW)).isEmpty();
        assertThat(order("a", "another.test", NOW)).isPresent();
    }

    @Test
    void returnsTheTokenIfTheOrderIsNotCreated() {
        limits.enforce(NONE.with(ORDERS, 1, Duration.ofHours(1)));
        order("a", "shop.test", NOW);
        limits.orderNotCreated(admitted("a", "shop.test"), NOW);

        assertThat(order("a", "shop.test", NOW)).isEmpty();
        assertThat(order("a", "shop.test", NOW)).isPresent();
    }

    @Test
    void countsIssuedCertificatesOfADomainAcrossAccounts() {
        limits.enforce(NONE.with(CERTIFICATES_OF_DOMAIN, 2, Duration.ofDays(7)));
        limits.issued(admitted("a", "one.shop.test", "two.shop.test"), NOW);
        assertThat(order("a", "three.shop.test", NOW)).isEmpty();
        limits.issued(admitted("b", "*.shop.test"), NOW);

        assertThat(order("a", "three.shop.test", NOW).orElseThrow().detail())
                .startsWith("too many certificates (2) already issued for \"shop.test\" in the last 168h0m0s");
        assertThat(order("a", "bank.test", NOW)).isEmpty();
        assertThat(limits.overdrawn()).isZero();
    }

    @Test
    void countsCertificatesIssuedBeyondTheQuota() {
        limits.enforce(NONE.with(CERTIFICATES_OF_DOMAIN, 1, Duration.ofDays(7)));
        limits.issued(admitted("a", "one.shop.test"), NOW);
        limits.issued(admitted("a", "two.shop.test"), NOW);

        assertThat(limits.overdrawn()).isEqualTo(1);
        assertThat(limits.refusals()).isEmpty();
    }

    @Test
    void countsExactlyTheSameNamesInAnyOrder() {
        limits.enforce(NONE.with(CERTIFICATES_OF_NAMES, 1, Duration.ofDays(7)));
        limits.issued(admitted("a", "one.test", "two.test"), NOW);

        assertThat(limits.admitOrder(admitted("b", "two.test", "one.test"), NOW))
                .isPresent();
        assertThat(order("a", "one.test", NOW)).isEmpty();
    }

    @Test
    void countsFailedAuthorizationsPerNameAndAccountIncludingWildcards() {
        limits.enforce(NONE.with(FAILED_AUTHORIZATIONS, 1, Duration.ofHours(1)));
        limits.failed("a", "shop.test", NOW);

        assertThat(order("a", "*.shop.test", NOW).orElseThrow().detail())
                .startsWith("too many failed authorizations (1) for \"shop.test\" in the last 1h0m0s");
        assertThat(order("a", "www.shop.test", NOW)).isEmpty();
        assertThat(order("b", "shop.test", NOW)).isEmpty();
    }

    @Test
    void reportsTheQuotaWithTheLongestWait() {
        limits.enforce(NONE.with(ORDERS, 1, Duration.ofMinutes(1)).with(CERTIFICATES_OF_NAMES, 1, Duration.ofDays(7)));
        order("a", "shop.test", NOW);
        limits.issued(admitted("a", "shop.test"), NOW);

        Refusal refusal = order("a", "shop.test", NOW).orElseThrow();

        assertThat(refusal.detail()).contains("exact set of identifiers");
        assertThat(refusal.retryAfter()).isEqualTo(Duration.ofDays(7));
    }

    @Test
    void exemptsOrdersWithReplaces() {
        limits.enforce(NONE.with(ORDERS, 1, Duration.ofHours(1)).with(CERTIFICATES_OF_NAMES, 1, Duration.ofDays(7)));
        Admitted renewal = new Admitted("a", Set.of("shop.test"), true);

        for (int i = 0; i < 3; i++) {
            assertThat(limits.admitOrder(renewal, NOW)).isEmpty();
            limits.issued(renewal, NOW);
        }

        assertThat(limits.overdrawn()).isZero();
        assertThat(order("a", "shop.test", NOW)).as("nothing was taken").isEmpty();
    }

    @Test
    void refusesTooFrequentRequestsLikeALoadBalancer() {
        limits.enforce(NONE.with(RequestKind.NEW_ORDER, 2));
        limits.admitRequest(RequestKind.NEW_ORDER, NOW);
        limits.admitRequest(RequestKind.NEW_ORDER, NOW);

        assertThat(limits.admitRequest(RequestKind.NEW_ORDER, NOW).orElseThrow().status())
                .isEqualTo(503);
        assertThat(limits.admitRequest(RequestKind.ORDER, NOW)).isEmpty();
        assertThat(limits.admitRequest(RequestKind.NEW_ORDER, NOW.plusMillis(500)))
                .isEmpty();
    }

    @Test
    void limitsNothingByDefault() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(order("a", "shop.test", NOW)).isEmpty();
        }

        limits.enforce(Quotas.LETS_ENCRYPT);
        for (int i = 0; i < 300; i++) {
            assertThat(order("a", "shop.test", NOW)).isEmpty();
        }
        assertThat(order("a", "shop.test", NOW)).isPresent();
        assertThat(limits.refusals()).hasSize(1);

        limits.lift();
        assertThat(order("a", "shop.test", NOW)).isEmpty();
    }

    private Optional<Refusal> order(String account, String name, Instant now) {
        return limits.admitOrder(admitted(account, name), now);
    }

    private static Admitted admitted(String account, String... names) {
        return new Admitted(account, Set.of(names), false);
    }
}
