package dev.perennial.validation.dns01;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.RetryLater;
import dev.perennial.validation.challenges.PresentationException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of every DNS provider. */
abstract class DnsProviderContract {
    private final String name =
            "_acme-challenge." + UUID.randomUUID().toString().substring(0, 8) + "." + zone();

    /** One of several zones of the server. */
    abstract String zone();

    abstract DnsProvider provider();

    abstract DnsProvider withWrongCredentials();

    abstract DnsProvider withoutCredentials();

    /** No server listens at its address. */
    abstract DnsProvider unreachable();

    /** The values on the server. */
    abstract List<String> values(String fqdn);

    @Test
    void addsAndRemoves() {
        provider().add(record("one"));
        assertThat(values(name)).containsExactly("one");

        provider().remove(record("one"));
        assertThat(values(name)).isEmpty();
    }

    @Test
    void keepsValuesSideBySideAndRemovesEachAlone() {
        provider().add(record("one"));
        provider().add(record("two"));
        assertThat(values(name)).containsExactlyInAnyOrder("one", "two");

        provider().remove(record("one"));
        assertThat(values(name)).containsExactly("two");
        provider().remove(record("two"));
    }

    @Test
    void isIdempotent() {
        provider().add(record("one"));
        provider().add(record("one"));
        assertThat(values(name)).containsExactly("one");

        provider().remove(record("one"));
        provider().remove(record("one"));
        assertThat(values(name)).isEmpty();
    }

    @Test
    void removesAMissingValueWithoutError() {
        provider().remove(record("nothing"));
        assertThat(values(name)).isEmpty();
    }

    @Test
    void losesNoValueOfConcurrentWriters() throws Exception {
        DnsProvider provider = provider();
        List<TxtRecord> records =
                IntStream.range(0, 8).mapToObj(i -> record("value-" + i)).toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<? extends Future<?>> added = records.stream()
                    .map(record -> threads.submit(() -> provider.add(record)))
                    .toList();
            for (Future<?> one : added) {
                one.get();
            }
            assertThat(values(name)).hasSize(8);
            List<? extends Future<?>> removed = records.stream()
                    .skip(1)
                    .map(record -> threads.submit(() -> provider.remove(record)))
                    .toList();
            for (Future<?> one : removed) {
                one.get();
            }
        }
        assertThat(values(name)).containsExactly("value-0");
        provider.remove(records.getFirst());
    }

    @Test
    void reportsARefusedUpdate() {
        assertThatExceptionOfType(PresentationException.class)
                .isThrownBy(() -> withWrongCredentials().add(record("one")))
                .satisfies(e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.DNS_UPDATE_REFUSED));
        assertThat(values(name)).isEmpty();
    }

    @Test
    void reportsMissingCredentials() {
        assertThatExceptionOfType(PresentationException.class)
                .isThrownBy(() -> withoutCredentials().add(record("one")))
                .satisfies(e -> assertThat(e.problem().evidence().orElseThrow()).contains("dns/"));
    }

    @Test
    void retriesIfTheServerIsUnavailable() {
        assertThatExceptionOfType(RetryLater.class)
                .isThrownBy(() -> unreachable().add(record("one")))
                .satisfies(e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.DNS_UNAVAILABLE));
    }

    private TxtRecord record(String value) {
        return new TxtRecord(name, value);
    }
}
