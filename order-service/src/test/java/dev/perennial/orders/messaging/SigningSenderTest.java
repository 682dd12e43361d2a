package dev.perennial.orders.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.events.AcmeOrder;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DecodedRecord;
import dev.perennial.events.DeploymentOverdue;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Event;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.Identifier;
import dev.perennial.events.Initiator;
import dev.perennial.events.KeyType;
import dev.perennial.events.Order;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderId;
import dev.perennial.events.OrderPlaced;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.events.Topic;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.rules.requests.RequestRules;
import dev.perennial.signatures.RecordSignatures;
import dev.perennial.signatures.SignatureMode;
import dev.perennial.signatures.SignedOrders;
import dev.perennial.signatures.SigningKeys;
import dev.perennial.signatures.VerificationKeys;
import dev.perennial.signatures.WriterSignatures;
import dev.perennial.vault.InMemorySecretStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.context.Context;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SigningSenderTest {
    private static final Clock CLOCK = Clock.systemUTC();

    private record Sent(Map<String, String> headers, ConsumerRecord<String, byte[]> record) {}

    private final InMemorySecretStore vault = new InMemorySecretStore();
    private final SigningKeys keys = new SigningKeys(vault, "order-service");
    private final WriterSignatures signatures =
            new WriterSignatures(SignatureMode.REQUIRED, new VerificationKeys(vault), new SimpleMeterRegistry());
    private final AtomicInteger taken = new AtomicInteger();
    private final List<Sent> sent = new ArrayList<>();
    private final SigningSender sender = new SigningSender(this::key, (topic, key, headers, value, trace) -> {
        sent.add(new Sent(headers, new ConsumerRecord<>(topic, 0, 0, key, value)));
        return Uni.createFrom().voidItem();
    });
    private final Order order = new Order(
            CertificateId.next(),
            OrderId.next(),
            1,
            "shop",
            "web",
            "local",
            List.of(Identifier.dns("shop.example.com")),
            KeyType.EC_P256,
            List.of("web-1"),
            new AcmeOrder(
                    URI.create("https://ca.test/order/1"),
                    URI.create("https://ca.test/finalize/1"),
                    List.of(),
                    Optional.empty()),
            false);

    @BeforeEach
    void takeKey() {
        sender.takeKey();
    }

    @Test
    void signsEachRecord() {
        send(new OrderFailed(order.certificateId(), order.orderId(), 1, Problem.of(ErrorCode.CA_REFUSED, "no")));

        assertThat(isAccepted(EventType.ORDER_FAILED)).isTrue();
    }

    @Test
    void signsTheOrderInARecord() {
        send(new OrderPlaced(order));
        assertThat(isAccepted(EventType.ORDER_PLACED)).isTrue();
        Order placed = ((OrderPlaced) data()).order();
        assertThat(new SignedOrders(signatures).verified(sent.getLast().record(), EventType.ORDER_PLACED, placed))
                .hasValue(placed);
        assertThat(placed.signedAs("")).isEqualTo(order.signedAs(""));

        send(new DeploymentOverdue(order, "f1".repeat(32), List.of("web-1")));
        Order late = ((DeploymentOverdue) data()).order();
        assertThat(new SignedOrders(signatures).verified(sent.getLast().record(), EventType.DEPLOYMENT_OVERDUE, late))
                .hasValue(late);
    }

    /** A newer replica may have written the row. */
    @Test
    void signsFieldsThatThisVersionDoesNotKnow() throws IOException {
        CloudEvent event = CloudEvent.about(
                order.certificateId().toString(),
                Outbox.SOURCE,
                new OrderPlaced(order),
                Initiator.system(Outbox.SOURCE),
                CLOCK);
        ObjectNode row = EventCodec.mapper().valueToTree(event.data());
        row.put("newField", 1);
        ((ObjectNode) row.get("order")).put("newFieldOfOrders", 2);
        sender.send(
                Topic.ORDERS.topicName(),
                event.subject(),
                event.headers(),
                EventCodec.mapper().writeValueAsBytes(row),
                Context.root());

        JsonNode published =
                EventCodec.mapper().readTree(sent.getLast().record().value());
        assertThat(published.get("newField")).isEqualTo(row.get("newField"));
        String signed = published.get("order").get("signedOrder").textValue();
        assertThat(new String(Base64.getUrlDecoder().decode(signed.split("\\.")[1]), StandardCharsets.UTF_8))
                .contains("\"newFieldOfOrders\":2");
        assertThat(isAccepted(EventType.ORDER_PLACED)).isTrue();
    }

    /** With the longest names that DNS and the registration of hosts allow. */
    @Test
    void sendsTheLargestOrderThatCanBeRequested() {
        Order largest = new Order(
                order.certificateId(),
                order.orderId(),
                1,
                "shop",
                "web",
                "local",
                IntStream.range(0, RequestRules.MAX_IDENTIFIERS)
                        .mapToObj(i -> Identifier.dns("%03d.".formatted(i) + "a23456789.".repeat(24) + "test"))
                        .toList(),
                KeyType.EC_P256,
                IntStream.range(0, RequestRules.MAX_TARGETS)
                        .mapToObj(i -> "%03d".formatted(i) + "-".repeat(60))
                        .toList(),
                new AcmeOrder(
                        URI.create("https://ca.test/order/1"),
                        URI.create("https://ca.test/finalize/1"),
                        IntStream.range(0, RequestRules.MAX_IDENTIFIERS)
                                .mapToObj(i -> URI.create("https://ca.test/authz/" + i + "/" + "a".repeat(200)))
                                .toList(),
                        Optional.empty()),
                false);

        send(new OrderPlaced(largest));

        assertThat(sent.getLast().record().value()).hasSizeLessThan(EventCodec.MAX_BYTES);
        Order placed = ((OrderPlaced) data()).order();
        assertThat(new SignedOrders(signatures).verified(sent.getLast().record(), EventType.ORDER_PLACED, placed))
                .isPresent();
    }

    @Test
    void signsTombstones() {
        Map<String, String> headers = CloudEvent.tombstoneHeaders(
                EventType.ISSUER_CONFIGURED, "zerossl", Outbox.SOURCE, Initiator.system(Outbox.SOURCE), CLOCK);
        sender.send(Topic.ISSUERS.topicName(), "zerossl", headers, null, Context.root());

        assertThat(isAccepted(EventType.ISSUER_CONFIGURED)).isTrue();
    }

    @Test
    void sendsNothingWithoutAKey() {
        var restarted = new SigningSender(
                () -> new SigningKeys(vault, "order-service").current(),
                (topic, key, headers, value, trace) -> Uni.createFrom().voidItem());
        vault.seal(true);

        assertThatExceptionOfType(RetryLater.class).isThrownBy(restarted::takeKey);
    }

    /** Records after the first one are sent by a thread of the Kafka client. */
    @Test
    void takesTheKeyOnceForARound() {
        taken.set(0);

        send(new OrderPlaced(order));
        send(new OrderPlaced(order));
        assertThat(taken).hasValue(0);

        sender.takeKey();
        assertThat(taken).hasValue(1);
    }

    @Test
    void replacesTheSignatureOfAnotherKey() {
        send(new OrderPlaced(SignedOrders.sign(SigningKey.generate(), order)));

        assertThat(new SignedOrders(signatures)
                        .verified(sent.getLast().record(), EventType.ORDER_PLACED, ((OrderPlaced) data()).order()))
                .isPresent();
    }

    private SigningKey key() {
        taken.incrementAndGet();
        return keys.current();
    }

    private void send(Event data) {
        CloudEvent event = CloudEvent.about(
                order.certificateId().toString(), Outbox.SOURCE, data, Initiator.system(Outbox.SOURCE), CLOCK);
        sender.send(
                Topic.ORDERS.topicName(), event.subject(), event.headers(), EventCodec.encode(data), Context.root());
    }

    private Event data() {
        Sent last = sent.getLast();
        return ((DecodedRecord.Known)
                        EventCodec.decode(last.headers(), last.record().value()))
                .event()
                .data();
    }

    private boolean isAccepted(EventType type) {
        Sent last = sent.getLast();
        return new RecordSignatures(signatures).accepts(last.record(), last.headers(), type);
    }
}
