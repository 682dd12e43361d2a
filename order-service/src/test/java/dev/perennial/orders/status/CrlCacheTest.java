package dev.perennial.orders.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.acme.AddressPolicy;
import dev.perennial.orders.parts.TestCa;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CrlCacheTest {
    /** Room for three lists of one segment. */
    private static final long MAX_BYTES = 3L * RevokedSerials.SEGMENT_BYTES;

    private final Vertx vertx = Vertx.vertx();
    private final StatusServer web = new StatusServer();
    private final TestCa ca = new TestCa();
    private final Instant now = Clock.systemUTC().instant().minusSeconds(5);
    private final CrlCache cache =
            new CrlCache(fetch(), 4 * 1024 * 1024, MAX_BYTES, Duration.ofHours(1), Clock.systemUTC());

    private StatusFetch fetch() {
        return new StatusFetch(vertx, AddressPolicy.of(List.of("127.0.0.0/8")), Duration.ofSeconds(20));
    }

    @AfterEach
    void close() {
        web.close();
        vertx.close();
    }

    @Test
    void keepsTheListsWithinTheBytesOfAllTogether() throws UntrustedStatusException {
        for (int i = 0; i < 10; i++) {
            web.bodies.put("/" + i, StatusAnswers.list(ca, now, serials(1_000 * (i + 1), 1_000)));
        }

        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 10; i++) {
                RevocationList list = cache.at(web.url("/" + i), ca.certificate());
                assertThat(list.entries().find(BigInteger.valueOf(1_000 * (i + 1))))
                        .isPresent();
                assertThat(cache.bytes()).isLessThanOrEqualTo(MAX_BYTES);
            }
        }

        assertThat(web.requests).as("removed lists are fetched again").hasSize(20);
        cache.at(web.url("/9"), ca.certificate());
        assertThat(web.requests).as("the last lists are kept").hasSize(20);
    }

    @Test
    void refusesAListThatNeedsMoreThanAllBytes() throws UntrustedStatusException {
        web.bodies.put("/small", StatusAnswers.list(ca, now, serials(1, 10)));
        web.bodies.put("/large", StatusAnswers.list(ca, now, serials(1, 13_000)));

        assertThatThrownBy(() -> cache.at(web.url("/large"), ca.certificate()))
                .isInstanceOf(UntrustedStatusException.class)
                .hasMessageContaining("max-cache-bytes");
        assertThat(cache.bytes()).isZero();
        cache.at(web.url("/small"), ca.certificate());
        assertThat(cache.bytes()).isEqualTo(RevokedSerials.SEGMENT_BYTES);
    }

    @Test
    void fetchesAListAgainThatNeedsMoreThanHalfOfTheBytes() throws UntrustedStatusException {
        BigInteger[] revoked = serials(1, 9_000);
        web.bodies.put("/large", StatusAnswers.list(ca, now, revoked));
        CrlCache expired = new CrlCache(fetch(), 4 * 1024 * 1024, MAX_BYTES, Duration.ZERO, Clock.systemUTC());
        expired.at(web.url("/large"), ca.certificate());
        web.etag = "\"second\"";
        revoked[0] = BigInteger.valueOf(20_000);
        web.bodies.put("/large", StatusAnswers.list(ca, now, revoked));

        RevocationList list = expired.at(web.url("/large"), ca.certificate());

        assertThat(list.entries().find(revoked[0])).isPresent();
        assertThat(expired.bytes()).isEqualTo(MAX_BYTES);
    }

    @Test
    void countsTheBytesOfConcurrentReads() {
        List<CompletableFuture<RevocationList>> reads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String path = "/" + i % 7;
            web.bodies.put(path, StatusAnswers.list(ca, now, serials(1, 5_000)));
            reads.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return cache.at(web.url(path), ca.certificate());
                } catch (UntrustedStatusException e) {
                    return null;
                }
            }));
        }

        reads.forEach(CompletableFuture::join);

        assertThat(cache.bytes()).isBetween(0L, MAX_BYTES);
    }

    private static BigInteger[] serials(int first, int count) {
        BigInteger[] serials = new BigInteger[count];
        Arrays.setAll(serials, i -> BigInteger.valueOf(first + i));
        return serials;
    }
}
