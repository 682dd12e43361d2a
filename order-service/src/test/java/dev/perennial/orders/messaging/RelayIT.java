package dev.perennial.orders.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.perennial.events.CertificateRefused;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DecodedRecord;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.Initiator;
import dev.perennial.events.Problem;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.platform.telemetry.Spans;
import io.opentelemetry.context.Context;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RelayIT {
    private final ServiceFixture parts = new ServiceFixture();
    private final Broker broker = new Broker();
    private Duration lease = Duration.ofMinutes(1);
    private IntSupplier batchLimit = () -> 10;
    private final Relay relay = relay(Duration.ZERO);

    @AfterEach
    void close() {
        relay.close();
    }

    @Test
    void sendsTheInitiator() {
        append("a", "1");

        relay.round();

        assertThat(broker.sent.getFirst().headers())
                .containsEntry(CloudEvent.AUTH_TYPE, "service_account")
                .containsEntry(CloudEvent.AUTH_ID, "topic:certificate.requests.shop");
    }

    @ParameterizedTest
    @EnumSource
    void storesNoEventOfAnyTypeWithoutAnInitiator(EventType type) {
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> parts.database.inTransaction(tx -> tx.execute(
                        "INSERT INTO outbox (id, topic, key, type, source, time, data) VALUES ('1', ?, 'k', ?, 's', now(), '')",
                        type.topic().topicName(),
                        type.wireName())))
                .withMessageContaining("outbox_initiator");
    }

    @Test
    void sendsTheOutboxOnceAndInOrder() {
        append("a", "1");
        append("b", "2");
        append("a", "3");

        relay.round();
        relay.round();

        assertThat(broker.of("a")).containsExactly("1", "3");
        assertThat(broker.of("b")).containsExactly("2");
        assertThat(unpublished()).isZero();
    }

    @Test
    void keepsHeadersAndTrace() {
        append("a", "1");

        relay.round();

        Sent sent = broker.sent.getFirst();
        assertThat(sent.headers())
                .containsEntry(CloudEvent.TYPE, "certificate.refused")
                .containsEntry(CloudEvent.SUBJECT, "a");
        assertThat(sent.traceparent()).contains(ServiceFixture.TRACEPARENT);
        assertThat(EventCodec.decode(sent.headers(), sent.value())).isInstanceOf(DecodedRecord.Known.class);
    }

    @Test
    void sendsATombstoneToTheTopicOfItsType() {
        append("a", "1");
        parts.database.inTransaction(tx -> {
            new Outbox(tx, parts.clock)
                    .retract(EventType.ISSUER_CONFIGURED, "zerossl", Optional.of(ServiceFixture.TRACEPARENT));
            return "retracted";
        });

        relay.round();

        assertThat(broker.sent).extracting(Sent::topic).containsExactly("certificate.orders", "certificate.issuers");
        Sent tombstone = broker.sent.getLast();
        assertThat(tombstone.key()).isEqualTo("zerossl");
        assertThat(tombstone.value()).isNull();
        assertThat(tombstone.headers())
                .containsEntry(CloudEvent.TYPE, "issuer.configured")
                .doesNotContainKey(CloudEvent.CONTENT_TYPE);
    }

    @Test
    void blocksOnlyTheKeyThatFails() {
        append("bad", "1");
        append("good", "2");
        append("bad", "3");
        broker.badKeys.add("bad");

        relay.round();
        assertThat(broker.of("good")).containsExactly("2");
        assertThat(broker.of("bad")).isEmpty();

        broker.badKeys.clear();
        relay.round();
        assertThat(broker.of("bad")).containsExactly("1", "3");
    }

    @Test
    void endsThePauseOfAKeyAlthoughTheClockWasSetBack() {
        AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ofHours(2));
        InstantSource clock = () -> parts.clock.instant().plus(ahead.get());
        append("bad", "1");
        broker.badKeys.add("bad");
        try (Relay relay = relay(Duration.ofMillis(20), clock.withZone(ZoneOffset.UTC))) {
            relay.round();
            broker.badKeys.clear();
            ahead.set(Duration.ZERO);

            await().untilAsserted(() -> {
                relay.round();
                assertThat(broker.of("bad")).containsExactly("1");
            });
        }
    }

    @Test
    void publishesOtherKeysIfAFailingKeyFillsTheBatch() {
        for (int i = 0; i < 10; i++) {
            append("bad", "b" + i);
        }
        append("good", "1");
        broker.badKeys.add("bad");
        try (Relay slow = relay(Duration.ofMinutes(1))) {
            slow.round();
            slow.round();
        }

        assertThat(broker.of("good")).containsExactly("1");
    }

    @Test
    void sendsUnmarkedRowsAgain() {
        append("a", "1");
        broker.afterSend = () -> {
            throw new IllegalStateException("the process ends here");
        };

        relay.round();
        broker.afterSend = () -> {};
        relay.round();

        assertThat(broker.of("a")).containsExactly("1", "1");
    }

    @Test
    void isActiveInOneReplicaOnly() {
        append("a", "1");
        relay.round();
        append("a", "2");
        try (Relay second = relay(Duration.ZERO)) {
            second.round();
            assertThat(broker.of("a")).containsExactly("1");

            relay.close();
            second.round();
            assertThat(broker.of("a")).containsExactly("1", "2");
        }
    }

    @Test
    void releasesTheLockAfterAnError() {
        append("a", "1");
        relay.round();
        append("a", "2");
        batchLimit = () -> {
            throw new OutOfMemoryError("for the test");
        };
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(relay::round);
        batchLimit = () -> 10;

        try (Relay second = relay(Duration.ZERO)) {
            second.round();
        }

        assertThat(broker.of("a")).containsExactly("1", "2");
    }

    @Test
    void limitsTheBytesOfABatch() {
        append("a".repeat(600), "1");
        append("b".repeat(600), "2");
        append("c".repeat(600), "3");
        append("d".repeat(5_000), "4");
        append("e", "5");

        assertThat(relay.round()).as("more to send").isTrue();
        assertThat(broker.sent).hasSize(2);
        relay.round();
        assertThat(broker.sent).as("one record may exceed the limit").hasSize(4);
        relay.round();
        assertThat(broker.of("e")).containsExactly("5");
    }

    /** The first relay stands for a host that lost its network: it neither publishes nor releases anything. */
    @Test
    void isReplacedIfItsHostIsLost() {
        lease = Duration.ofSeconds(1);
        append("a", "1");
        try (Relay first = relay(Duration.ZERO);
                Relay second = relay(Duration.ZERO)) {
            first.round();
            append("a", "2");

            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                second.round();
                assertThat(broker.of("a")).containsExactly("1", "2");
            });

            append("a", "3");
            first.round();
            assertThat(broker.of("a")).as("the first one is not active").hasSize(2);
        }
    }

    /** The clock of the database was ahead when another process, which has ended since, took the lease. */
    @Test
    void replacesAHolderWhoseLeaseWasStoredWithAClockAhead() {
        lease = Duration.ofSeconds(1);
        parts.database.inTransaction(tx -> tx.execute("""
                INSERT INTO relay_lease (holder, expires_at) VALUES (gen_random_uuid(), now() + interval '2 hours')"""));
        append("a", "1");

        try (Relay next = relay(Duration.ZERO)) {
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                next.round();
                assertThat(broker.of("a")).containsExactly("1");
            });
        }
    }

    @Test
    void doesNotCountALeaseWhoseTransactionWasRolledBack() {
        append("a", "1");
        batchLimit = () -> {
            throw new IllegalStateException("after the lease, in the same transaction");
        };
        try (Relay first = relay(Duration.ZERO);
                Relay second = relay(Duration.ZERO)) {
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(first::round);
            batchLimit = () -> 10;
            second.round();
            append("a", "2");
            first.round();

            assertThat(broker.of("a")).as("the first one has no lease").containsExactly("1");
        }
    }

    @Test
    void remainsActiveWhileItWorks() {
        lease = Duration.ofSeconds(3);
        Instant end = Instant.now().plus(lease.multipliedBy(2));
        try (Relay first = relay(Duration.ZERO);
                Relay second = relay(Duration.ZERO)) {
            for (int i = 0; Instant.now().isBefore(end); i++) {
                append("a", Integer.toString(i));
                first.round();
                assertThat(broker.of("a")).hasSize(i + 1);
                second.round();
            }
        }
    }

    @Test
    void sendsNothingAfterItsLeaseHasEnded() {
        lease = Duration.ofMillis(200);
        append("a", "1");
        append("a", "2");
        broker.afterSend = () -> parts.database.inTransaction(tx -> tx.execute("SELECT pg_sleep(0.3)"));

        try (Relay slow = relay(Duration.ZERO)) {
            slow.round();
            assertThat(broker.of("a")).containsExactly("1");

            broker.afterSend = () -> {};
            slow.round();
            assertThat(broker.of("a")).containsExactly("1", "2");
        }
        assertThat(unpublished()).isZero();
    }

    @Test
    void purgesOldPublishedRows() {
        append("a", "1");
        relay.round();
        parts.database.inTransaction(tx -> tx.execute("UPDATE outbox SET published_at = now() - interval '2 days'"));
        try (Relay fresh = new Relay(parts.database, broker, config(Duration.ZERO), parts.clock)) {
            relay.close();
            fresh.round();
        }

        assertThat(parts.count("outbox")).isZero();
    }

    /** Without its entry, a request that is delivered again would be a new one. */
    @Test
    void purgesNoEntryOfTheInboxEarlyAlthoughItsClockIsAhead() {
        relay.close();
        parts.accepted("r1", ServiceFixture.request("shop", List.of("web-1"), "shop.example.com"));
        long entries = parts.count("inbox");
        try (Relay ahead = relay(Duration.ZERO, Clock.offset(parts.clock, Duration.ofDays(365)))) {
            ahead.round();
        }

        assertThat(parts.count("inbox")).isEqualTo(entries).isPositive();
    }

    private Relay relay(Duration pause) {
        return relay(pause, parts.clock);
    }

    private Relay relay(Duration pause, Clock clock) {
        return new Relay(parts.database, broker, config(pause), clock);
    }

    private void append(String key, String name) {
        parts.database.inTransaction(tx -> {
            new Outbox(tx, parts.clock)
                    .append(
                            new CertificateRefused(
                                    key,
                                    Optional.of(name),
                                    Optional.empty(),
                                    List.of(Problem.of(ErrorCode.INVALID_FIELD, "for the test"))),
                            new Initiator("topic:certificate.requests.shop"),
                            Optional.of(ServiceFixture.TRACEPARENT));
            return name;
        });
    }

    private long unpublished() {
        return parts.database.inTransaction(
                tx -> tx.createQuery("SELECT count(*) FROM outbox WHERE published_at IS NULL")
                        .mapTo(Long.class)
                        .one());
    }

    private OutboxConfig config(Duration pause) {
        return new OutboxConfig() {
            @Override
            public Duration pollInterval() {
                return Duration.ofMillis(200);
            }

            @Override
            public int maxBatch() {
                return batchLimit.getAsInt();
            }

            @Override
            public int maxBatchBytes() {
                return 1_000;
            }

            @Override
            public Duration retryInterval() {
                return pause;
            }

            @Override
            public Duration leaseTimeout() {
                return lease;
            }

            @Override
            public Duration publishedRetention() {
                return Duration.ofDays(1);
            }

            @Override
            public Duration inboxRetention() {
                return Duration.ofDays(30);
            }
        };
    }

    record Sent(String topic, String key, Map<String, String> headers, byte[] value, Optional<String> traceparent) {}

    /** Records the accepted records in order. */
    static final class Broker implements RecordSender {
        final List<Sent> sent = Collections.synchronizedList(new ArrayList<>());
        final Set<String> badKeys = new HashSet<>();
        Runnable afterSend = () -> {};

        @Override
        public Uni<Void> send(String topic, String key, Map<String, String> headers, byte[] value, Context trace) {
            if (badKeys.contains(key)) {
                return Uni.createFrom().failure(new IllegalStateException("the broker refuses " + key));
            }
            sent.add(new Sent(topic, key, headers, value, Spans.traceparent(trace)));
            return Uni.createFrom().voidItem().invoke(afterSend);
        }

        List<String> of(String key) {
            return sent.stream()
                    .filter(one -> one.key().equals(key))
                    .map(one -> (DecodedRecord.Known) EventCodec.decode(one.headers(), one.value()))
                    .map(known ->
                            ((CertificateRefused) known.event().data()).name().orElseThrow())
                    .toList();
        }
    }
}
