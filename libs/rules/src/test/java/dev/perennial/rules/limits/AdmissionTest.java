package dev.perennial.rules.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.perennial.events.Identifier;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final String CA = "ca";

    private final Map<BucketKey, Bucket> buckets = new HashMap<>();

    @Test
    void takesFromEveryBucketOrFromNone() {
        Admission first = decide(demand("a.example.com", "b.example.org"));

        assertThat(first).isInstanceOfSatisfying(Admission.Granted.class, granted -> assertThat(
                        granted.after().keySet())
                .extracting(BucketKey::kind, BucketKey::subject)
                .containsExactly(
                        tuple(LimitKind.REQUESTS, ""),
                        tuple(LimitKind.ACCOUNT_ORDERS, ""),
                        tuple(LimitKind.REGISTERED_DOMAIN, "example.com"),
                        tuple(LimitKind.REGISTERED_DOMAIN, "example.org"),
                        tuple(LimitKind.NAME_SET, "a.example.com,b.example.org")));
    }

    @Test
    void waitsForTheSlowestBucket() {
        for (int i = 0; i < 4; i++) {
            grant(demand("a.example.com"));
        }

        assertThat(decide(demand("a.example.com"))).isInstanceOfSatisfying(Admission.Waits.class, waits -> {
            assertThat(waits.until()).isEqualTo(NOW.plus(Limit.DELAY));
            assertThat(waits.slowest()).isEqualTo(new BucketKey(CA, LimitKind.NAME_SET, "a.example.com"));
            assertThat(waits.limit()).contains(new Limit(5, Duration.ofDays(7)));
        });
        assertThat(decide(demand("b.example.com"))).isInstanceOf(Admission.Granted.class);
    }

    @Test
    void countsAllNamesOfARegisteredDomainTogether() {
        for (int i = 0; i < 49; i++) {
            grant(demand("n" + i + ".example.com"));
        }

        assertThat(decide(demand("another.example.com")))
                .isInstanceOfSatisfying(
                        Admission.Waits.class,
                        waits -> assertThat(waits.slowest().kind()).isEqualTo(LimitKind.REGISTERED_DOMAIN));
        assertThat(decide(demand("another.example.org"))).isInstanceOf(Admission.Granted.class);
    }

    @Test
    void takesTheTokensOfACertificateOnce() {
        for (int i = 0; i < 4; i++) {
            grant(demand("a.example.com"));
        }

        Admission again = decide(Demand.of(CA, names("a.example.com"), AdmissionTest::lastTwo, true));

        assertThat(again).isInstanceOfSatisfying(Admission.Granted.class, granted -> assertThat(
                        granted.after().keySet())
                .extracting(BucketKey::kind)
                .containsExactly(LimitKind.REQUESTS, LimitKind.ACCOUNT_ORDERS));
    }

    @Test
    void waitsForAClosedBucketEvenIfItsTokenIsHeld() {
        BucketKey set = new BucketKey(CA, LimitKind.NAME_SET, "a.example.com");
        buckets.put(set, Bucket.FULL.emptied(new Limit(5, Duration.ofDays(7)), NOW.plusSeconds(90)));

        Admission again = decide(Demand.of(CA, names("a.example.com"), AdmissionTest::lastTwo, true));

        assertThat(again).isInstanceOfSatisfying(Admission.Waits.class, waits -> assertThat(waits.until())
                .isEqualTo(NOW.plusSeconds(90)));
    }

    @Test
    void requiresATokenForAFailureOfEachNameWithoutTakingIt() {
        BucketKey failures = Demand.ofFailures(CA, Identifier.dns("a.example.com"));
        Limit limit = Limits.LETS_ENCRYPT.of(LimitKind.FAILED_AUTHORIZATIONS).orElseThrow();
        Bucket bucket = Bucket.FULL;
        for (int i = 0; i < 5; i++) {
            bucket = bucket.spend(limit, NOW);
        }
        buckets.put(failures, bucket);

        assertThat(decide(demand("a.example.com", "b.example.com")))
                .isInstanceOfSatisfying(Admission.Waits.class, waits -> {
                    assertThat(waits.slowest()).isEqualTo(failures);
                    assertThat(waits.until()).isEqualTo(NOW.plusSeconds(720));
                });
        assertThat(decide(demand("b.example.com"))).isInstanceOf(Admission.Granted.class);
    }

    @Test
    void countsFailuresOfAWildcardForItsBaseName() {
        assertThat(Demand.ofFailures(CA, new Identifier("dns", "*.example.com")))
                .isEqualTo(Demand.ofFailures(CA, Identifier.dns("example.com")));
    }

    @Test
    void doesNotLimitAnUnknownCaUntilItAnswers429() {
        Demand demand = demand("a.example.com");
        for (int i = 0; i < 1_000; i++) {
            assertThat(Admission.decide(demand, Limits.NONE, buckets, NOW)).isInstanceOf(Admission.Granted.class);
        }
        buckets.put(new BucketKey(CA, LimitKind.ACCOUNT_ORDERS, ""), Bucket.FULL.closed(NOW.plusSeconds(60)));

        assertThat(Admission.decide(demand, Limits.NONE, buckets, NOW))
                .isEqualTo(new Admission.Waits(
                        NOW.plusSeconds(60), new BucketKey(CA, LimitKind.ACCOUNT_ORDERS, ""), Optional.empty()));
    }

    @Test
    void containsTheLimitsOfLetsEncrypt() {
        assertThat(Limits.PRESETS.get("lets-encrypt").byKind())
                .containsOnlyKeys(LimitKind.values())
                .containsEntry(LimitKind.ACCOUNT_ORDERS, new Limit(300, Duration.ofHours(3)))
                .containsEntry(LimitKind.REGISTERED_DOMAIN, new Limit(50, Duration.ofDays(7)))
                .containsEntry(LimitKind.NAME_SET, new Limit(5, Duration.ofDays(7)))
                .containsEntry(LimitKind.FAILED_AUTHORIZATIONS, new Limit(5, Duration.ofHours(1)))
                .containsEntry(LimitKind.REQUESTS, new Limit(300, Duration.ofSeconds(1)));
        assertThat(Limits.ofDirectoryHost("acme-v02.api.letsencrypt.org")).isEqualTo(Limits.LETS_ENCRYPT);
        assertThat(Limits.ofDirectoryHost("ca.example.com")).isEqualTo(Limits.NONE);
    }

    @Test
    void findsTheBucketOfARateLimitMessage() {
        Demand demand = demand("a.example.com", "b.example.org");
        Instant hours = NOW.plus(Duration.ofHours(2));
        record Case(String message, Instant until, LimitKind kind, String subject) {}
        Stream.of(
                        new Case(
                                "too many new orders (300) from this account in the last 3h0m0s, retry after ...",
                                hours,
                                LimitKind.ACCOUNT_ORDERS,
                                ""),
                        new Case(
                                "too many certificates (50) already issued for \"example.org\" in the last 168h0m0s",
                                hours,
                                LimitKind.REGISTERED_DOMAIN,
                                "example.org"),
                        new Case(
                                "too many certificates (5) already issued for this exact set of identifiers in the last",
                                hours,
                                LimitKind.NAME_SET,
                                "a.example.com,b.example.org"),
                        new Case(
                                "too many failed authorizations (5) for \"b.example.org\" in the last 1h0m0s",
                                hours,
                                LimitKind.FAILED_AUTHORIZATIONS,
                                "b.example.org"),
                        new Case("slow down", NOW.plusSeconds(30), LimitKind.ACCOUNT_ORDERS, ""),
                        new Case("slow down", hours, LimitKind.NAME_SET, "a.example.com,b.example.org"))
                .forEach(it -> assertThat(Correction.bucket(it.message(), demand, it.until(), NOW))
                        .as(it.message())
                        .contains(new BucketKey(CA, it.kind(), it.subject())));
    }

    @Test
    void quarantinesANameAfterRepeatedFailures() {
        Quarantine quarantine = new Quarantine(5, Duration.ofDays(1));

        assertThat(quarantine.until(4, NOW)).isEmpty();
        assertThat(quarantine.until(5, NOW)).contains(NOW.plus(Duration.ofDays(1)));
        assertThat(quarantine.until(6, NOW)).contains(NOW.plus(Duration.ofDays(1)));
    }

    private void grant(Demand demand) {
        buckets.putAll(((Admission.Granted) decide(demand)).after());
    }

    private Admission decide(Demand demand) {
        return Admission.decide(demand, Limits.LETS_ENCRYPT, buckets, NOW);
    }

    private static Demand demand(String... names) {
        return Demand.of(CA, names(names), AdmissionTest::lastTwo, false);
    }

    private static List<Identifier> names(String... names) {
        return Stream.of(names).map(Identifier::dns).toList();
    }

    private static String lastTwo(String name) {
        String[] labels = name.split("\\.");
        return labels[labels.length - 2] + "." + labels[labels.length - 1];
    }
}
