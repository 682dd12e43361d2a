package dev.perennial.signatures;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.events.AcmeOrder;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.Identifier;
import dev.perennial.events.KeyType;
import dev.perennial.events.Order;
import dev.perennial.events.OrderId;
import dev.perennial.platform.crypto.SignedDocument;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.vault.InMemorySecretStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class SignedOrdersTest {
    private static final ConsumerRecord<String, byte[]> RECORD =
            new ConsumerRecord<>("certificate.validations", 3, 17, "key", new byte[0]);

    private final InMemorySecretStore vault = new InMemorySecretStore();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SignedOrders orders = orders(SignatureMode.REQUIRED);
    private final SigningKey key = new SigningKeys(vault, "order-service").current();
    private final Order order = new Order(
            CertificateId.next(),
            OrderId.next(),
            2,
            "shop",
            "web-team",
            "letsencrypt",
            List.of(Identifier.dns("shop.example.com")),
            KeyType.EC_P256,
            List.of("web-1", "web-2"),
            new AcmeOrder(
                    URI.create("https://ca.test/order/1"),
                    URI.create("https://ca.test/finalize/1"),
                    List.of(URI.create("https://ca.test/authz/1")),
                    Optional.empty()),
            false,
            false,
            false);
    private final Order signed = SignedOrders.sign(key, order);

    private SignedOrders orders(SignatureMode mode) {
        return new SignedOrders(new WriterSignatures(mode, new VerificationKeys(vault), meters));
    }

    @Test
    void acceptsTheSignedOrder() {
        assertThat(accepts(signed)).isTrue();
        assertThat(signed.signedOrder().orElseThrow()).hasSizeLessThan(1_200);
    }

    @Test
    void acceptsItsIssuanceOnItsHostsAndAnyPartOfThem() {
        assertThat(orders.accepts(RECORD, issued(signed), "web-1")).isTrue();
        assertThat(orders.accepts(RECORD, issued(changed(signed, "targets", List.of("web-2"))), "web-2"))
                .isTrue();
    }

    @Test
    void refusesAnOrderWhoseFieldsWereChanged() {
        Map<String, Object> changes = Map.ofEntries(
                Map.entry("certificateId", CertificateId.next().toString()),
                Map.entry("orderId", OrderId.next().toString()),
                Map.entry("attempt", 3),
                Map.entry("name", "other"),
                Map.entry("owner", "other"),
                Map.entry("issuer", "other"),
                Map.entry("identifiers", List.of(Map.of("type", "dns", "value", "bank.example.com"))),
                Map.entry("keyType", "RSA_2048"),
                Map.entry("targets", List.of("web-1", "web-3")),
                Map.entry("rehearsal", true),
                Map.entry("keyReuse", true),
                Map.entry("secondCertificateAllowed", true),
                Map.entry(
                        "acmeOrder",
                        Map.of(
                                "url", "https://ca.test/order/2",
                                "finalizeUrl", "https://ca.test/finalize/1",
                                "authorizationUrls", List.of())));
        changes.forEach((field, value) ->
                assertThat(accepts(changed(signed, field, value))).as(field).isFalse());

        assertThat(changes.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        EventCodec.mapper().<ObjectNode>valueToTree(order).properties().stream()
                                .map(Map.Entry::getKey)
                                .toList());
        assertThat(refusals("order-invalid")).isEqualTo(changes.size());
    }

    @Test
    void refusesAnIssuanceThatIsNotOfTheSignedOrder() {
        for (Order other : List.of(
                changed(signed, "certificateId", CertificateId.next().toString()),
                changed(signed, "orderId", OrderId.next().toString()),
                changed(signed, "attempt", 1),
                changed(signed, "name", "other"),
                changed(signed, "identifiers", List.of()),
                changed(signed, "rehearsal", true),
                changed(signed, "targets", List.of("web-1", "web-3")))) {
            assertThat(orders.accepts(RECORD, issued(other), "web-1")).isFalse();
        }
    }

    @Test
    void refusesAnIssuanceOnAHostThatIsNotASignedTarget() {
        assertThat(orders.accepts(RECORD, issued(changed(signed, "targets", List.of("web-3"))), "web-3"))
                .isFalse();
        assertThat(orders.accepts(RECORD, issued(signed), "web-3")).isFalse();
    }

    @Test
    void refusesAnOrderWithoutTheSignatureOfTheOrderService() {
        SigningKey issuance = new SigningKeys(vault, "issuance-service").current();

        assertThat(accepts(order)).isFalse();
        assertThat(accepts(SignedOrders.sign(issuance, order))).isFalse();
        assertThat(accepts(SignedOrders.sign(SigningKey.generate(), order))).isFalse();
        assertThat(refusals("order-unsigned")).isEqualTo(1);
        assertThat(refusals("order-unknown-key")).isEqualTo(2);
    }

    @Test
    void refusesAnotherDocumentOfTheOrderService() throws IOException {
        byte[] content = EventCodec.mapper().writeValueAsBytes(order.signedPart());

        assertThat(accepts(order.signedAs(SignedDocument.sign(key, "perennial-approval+jws", content))))
                .isFalse();
        assertThat(accepts(order.signedAs(key.sign("certificate.orders", Map.of(), content))))
                .isFalse();
        assertThat(accepts(order.signedAs("x".repeat(200_000)))).isFalse();
    }

    @Test
    void readsNoSignatureWhileIgnoredAndCountsWhileWarning() {
        assertThat(orders(SignatureMode.IGNORED).accepts(RECORD, EventType.ORDER_AUTHORIZED, order))
                .isTrue();
        assertThat(refusals("order-unsigned")).isZero();
        assertThat(orders(SignatureMode.WARN).accepts(RECORD, EventType.ORDER_AUTHORIZED, order))
                .isTrue();
        assertThat(refusals("order-unsigned")).isEqualTo(1);
    }

    private boolean accepts(Order candidate) {
        return orders.accepts(RECORD, EventType.ORDER_AUTHORIZED, candidate);
    }

    private double refusals(String reason) {
        return meters.counter("perennial_unverified_events_total", "topic", RECORD.topic(), "reason", reason)
                .count();
    }

    private static Order changed(Order order, String field, Object value) {
        ObjectNode tree = EventCodec.mapper().valueToTree(order);
        tree.set(field, EventCodec.mapper().valueToTree(value));
        return EventCodec.mapper().convertValue(tree, Order.class);
    }

    private static CertificateIssued issued(Order of) {
        return new CertificateIssued(
                of.certificateId(),
                of.orderId(),
                of.attempt(),
                of.name(),
                of.identifiers(),
                of.targets(),
                "1a",
                "f1".repeat(32),
                Instant.EPOCH,
                Instant.EPOCH.plusSeconds(1),
                List.of(),
                "certificates/x",
                1,
                of.rehearsal(),
                Optional.of(of.issuer()),
                of.signedOrder());
    }
}
