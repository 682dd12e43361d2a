package dev.perennial.orders.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;

class ProviderKeysTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final AtomicInteger readings = new AtomicInteger();
    private volatile Optional<JsonWebKey> published = Optional.of(key());

    @Test
    void readsTheKeysInAdvanceAndAgain() {
        try (ProviderKeys keys = keys(SHORT, SHORT, LONG)) {
            JsonWebKey first = published.orElseThrow();
            await().until(() -> keys.current().filter(List.of(first)::equals).isPresent());

            JsonWebKey second = key();
            published = Optional.of(second);

            await().until(() -> keys.current().filter(List.of(second)::equals).isPresent());
        }
    }

    @Test
    void hasNoKeysWhileTheProviderHasNeverAnswered() {
        published = Optional.empty();
        try (ProviderKeys keys = keys(SHORT, SHORT, LONG)) {
            await().until(() -> readings.get() > 2);

            assertThat(keys.current()).isEmpty();
        }
    }

    @Test
    void keepsTheKeysDuringAnOutageUntilTheyAreTooOld() {
        try (ProviderKeys keys = keys(SHORT, SHORT, Duration.ofMillis(500))) {
            await().until(() -> keys.current().isPresent());
            int before = readings.get();
            published = Optional.empty();

            await().until(() -> readings.get() > before + 2);
            assertThat(keys.current()).isPresent();
            await().until(() -> keys.current().isEmpty());
        }
    }

    @Test
    void readsAtOnceAfterAnUnknownKeyButNotMoreOften() {
        try (ProviderKeys keys = keys(LONG, Duration.ofMillis(200), LONG)) {
            await().until(() -> keys.current().isPresent());

            for (int i = 0; i < 1_000; i++) {
                keys.readSoon();
            }

            await().until(() -> readings.get() == 2);
            await().during(Duration.ofMillis(500)).until(() -> readings.get() <= 3);
        }
    }

    private ProviderKeys keys(Duration read, Duration retry, Duration use) {
        return new ProviderKeys("corp", this::read, new ProviderKeys.Intervals(read, retry, use));
    }

    private List<JsonWebKey> read() throws IOException {
        readings.incrementAndGet();
        return List.of(published.orElseThrow(() -> new IOException("of this test")));
    }

    private static JsonWebKey key() {
        try {
            return EcJwkGenerator.generateJwk(EllipticCurves.P256);
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }
}
