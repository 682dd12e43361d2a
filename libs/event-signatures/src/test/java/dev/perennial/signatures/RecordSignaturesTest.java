package dev.perennial.signatures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.events.CertificateId;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.Initiator;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.Topic;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.platform.messaging.EventReader;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.vault.InMemorySecretStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class RecordSignaturesTest {
    private static final String TOPIC = Topic.ORDERS.topicName();
    private static final URI SOURCE = URI.create("/perennial/order-service");

    private final InMemorySecretStore vault = new InMemorySecretStore();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SigningKey key = new SigningKeys(vault, "order-service").current();
    private final CloudEvent event = CloudEvent.about(
            "subject",
            SOURCE,
            new OrderFailed(CertificateId.next(), OrderId.next(), 1, Problem.of(ErrorCode.CA_REFUSED, "no")),
            Initiator.system(SOURCE),
            Clock.systemUTC());
    private final byte[] value = EventCodec.encode(event.data());

    @Test
    void acceptsARecordThatItsServiceHasSigned() {
        assertThat(handled(SignatureMode.REQUIRED, record(TOPIC, "subject", signed(key, TOPIC), value)))
                .containsExactly(event);
    }

    @Test
    void refusesARecordWithoutTheSignatureOfItsService() {
        SigningKey other = new SigningKeys(vault, "validation-service").current();

        assertThat(handled(SignatureMode.REQUIRED, record(TOPIC, "subject", event.headers(), value)))
                .isEmpty();
        assertThat(handled(SignatureMode.REQUIRED, record(TOPIC, "subject", signed(other, TOPIC), value)))
                .isEmpty();
        assertThat(handled(SignatureMode.REQUIRED, record(TOPIC, "subject", signed(key, "certificate.issuers"), value)))
                .isEmpty();
        assertThat(handled(SignatureMode.REQUIRED, record(TOPIC, "another", signed(key, TOPIC), value)))
                .isEmpty();
        assertThat(handled(SignatureMode.REQUIRED, record(TOPIC, "subject", signed(key, TOPIC), new byte[] {'{', '}'})))
                .isEmpty();
        assertThat(refusals("unsigned")).isEqualTo(1);
        assertThat(refusals("unknown-key")).isEqualTo(1);
        assertThat(refusals("invalid")).isEqualTo(3);
    }

    @Test
    void acceptsAndCountsItWhileWarning() {
        assertThat(handled(SignatureMode.WARN, record(TOPIC, "subject", event.headers(), value)))
                .hasSize(1);
        assertThat(refusals("unsigned")).isEqualTo(1);
        assertThat(handled(SignatureMode.IGNORED, record(TOPIC, "subject", event.headers(), value)))
                .hasSize(1);
        assertThat(refusals("unsigned")).isEqualTo(1);
    }

    @Test
    void doesNotWaitForKeysWhileWarning() {
        vault.seal(true);

        assertThat(handled(SignatureMode.WARN, record(TOPIC, "subject", signed(key, TOPIC), value)))
                .hasSize(1);
        assertThat(refusals("unreadable-keys")).isEqualTo(1);
    }

    /** A service that starts while Vault is sealed loses no record. */
    @Test
    void waitsUntilVaultIsUnsealed() {
        vault.seal(true);
        RecordSignatures check = check(SignatureMode.REQUIRED);
        var accepted = CompletableFuture.supplyAsync(
                () -> handled(check, record(TOPIC, "subject", signed(key, TOPIC), value)));
        Awaitility.await().during(Duration.ofMillis(1_500)).until(() -> !accepted.isDone());

        vault.seal(false);

        assertThat(accepted).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(List.of(event));
    }

    @Test
    void endsTheWaitForVaultIfTheThreadIsInterrupted() {
        vault.seal(true);
        RecordSignatures check = check(SignatureMode.REQUIRED);
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(Shutdown.WorkInterrupted.class)
                    .isThrownBy(() -> handled(check, record(TOPIC, "subject", signed(key, TOPIC), value)));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void removesAStateOnlyByASignedTombstone() {
        Map<String, String> headers = CloudEvent.tombstoneHeaders(
                EventType.ISSUER_CONFIGURED, "pebble", SOURCE, Initiator.system(SOURCE), Clock.systemUTC());
        String topic = Topic.ISSUERS.topicName();
        assertThat(removed(record(topic, "pebble", headers, null))).isEmpty();
        assertThat(removed(record(topic, "pebble", Map.of(), null))).isEmpty();
        headers.put(CloudEvent.SIGNATURE, key.sign(topic, headers, null));

        assertThat(removed(record(topic, "letsencrypt", headers, null))).isEmpty();
        assertThat(removed(record(topic, "pebble", headers, null))).containsExactly("pebble");

        headers.put(CloudEvent.SOURCE, "/perennial/validation-service");
        headers.put(CloudEvent.SIGNATURE, key.sign(topic, headers, null));
        assertThat(removed(record(topic, "pebble", headers, null))).isEmpty();

        headers.put(CloudEvent.SOURCE, SOURCE.toString());
        headers.put(CloudEvent.SIGNATURE, key.sign(topic, headers, new byte[0]));
        assertThat(removed(record(topic, "pebble", headers, null))).isEmpty();
    }

    @Test
    void leavesTheReportsOfHostsToTheOrderService() {
        var report = new ConsumerRecord<>(Topic.DEPLOYMENTS.topicName(), 0, 0, "k", new byte[0]);

        assertThat(check(SignatureMode.REQUIRED).accepts(report, Map.of(), EventType.CERTIFICATE_DEPLOYED))
                .isTrue();
    }

    private Map<String, String> signed(SigningKey by, String topic) {
        Map<String, String> headers = event.headers();
        headers.put(CloudEvent.SIGNATURE, by.sign(topic, headers, value));
        return headers;
    }

    private double refusals(String reason) {
        return meters.counter("perennial_unverified_events_total", "topic", TOPIC, "reason", reason)
                .count();
    }

    private RecordSignatures check(SignatureMode mode) {
        return new RecordSignatures(new WriterSignatures(mode, new VerificationKeys(vault), meters));
    }

    private List<CloudEvent> handled(SignatureMode mode, ConsumerRecord<String, byte[]> record) {
        return handled(check(mode), record);
    }

    private List<CloudEvent> handled(RecordSignatures check, ConsumerRecord<String, byte[]> record) {
        List<CloudEvent> events = new ArrayList<>();
        new EventReader(meters, check).dispatch(record, OrderFailed.class, (handled, data) -> events.add(handled));
        return events;
    }

    private List<String> removed(ConsumerRecord<String, byte[]> record) {
        List<String> keys = new ArrayList<>();
        new EventReader(meters, check(SignatureMode.REQUIRED))
                .latest(
                        record,
                        dev.perennial.events.IssuerConfigured.class,
                        (put, state) -> {},
                        tombstone -> keys.add(tombstone.key()));
        return keys;
    }

    private static ConsumerRecord<String, byte[]> record(
            String topic, String key, Map<String, String> headers, byte[] value) {
        var record = new ConsumerRecord<>(topic, 0, 0L, key, value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        return record;
    }
}
