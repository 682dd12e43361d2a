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

    private static final Map<String, Object> IDENTITY = Map.of(
            "certificateId", CertificateId.next().toString(),
            "orderId", OrderId.next().toString(),
            "attempt", 3);

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
        assertThat(orders.verified(RECORD, issued(signed), "web-1")).hasValue(issued(signed));
        CertificateIssued part = issued(changed(signed, "targets", List.of("web-2")));
        assertThat(orders.verified(RECORD, part, "web-2")).hasValue(part);
    }

    /** Each field except the identity: a change has no effect, because the signed order is used. */
    @Test
    void usesTheSignedOrderInsteadOfAChangedOne() {
        Map<String, Object> changes = Map.of(
                "name",
                "other",
                "owner",
                "other",
                "issuer",
                "other",
                "identifiers",
                List.of(Map.of("type", "dns", "value", "bank.example.com")),
                "keyType",
                "RSA_2048",
                "targets",
                List.of("web-1", "web-3"),
                "rehearsal",
                true,
                "keyReuse",
                true,
                "secondCertificateAllowed",
                true,
                "acmeOrder",
                Map.of(
                        "url", "https://ca.test/order/2",
                        "finalizeUrl", "https://ca.test/finalize/1",
                        "authorizationUrls", List.of()));
        changes.forEach((field, value) -> assertThat(verified(changed(signed, field, value)))
                .as(field)
                .hasValueSatisfying(
                        it -> assertThat(withoutAuthorizations(it)).isEqualTo(withoutAuthorizations(signed))));

        assertThat(fields(order))
                .containsAll(changes.keySet())
                .hasSize(changes.size() + IDENTITY.size())
                .containsAll(IDENTITY.keySet());
    }

    @Test
    void refusesAnotherAttemptThanTheSignedOne() {
        IDENTITY.forEach((field, value) ->
                assertThat(verified(changed(signed, field, value))).as(field).isEmpty());

        assertThat(refusals("order-invalid")).isEqualTo(IDENTITY.size());
    }

    @Test
    void refusesAnIssuanceThatIsNotOfTheSignedAttempt() {
        IDENTITY.forEach(
                (field, value) -> assertThat(orders.verified(RECORD, issued(changed(signed, field, value)), "web-1"))
                        .as(field)
                        .isEmpty());
    }

    @Test
    void usesTheSignedNamesAndPurposeInsteadOfThoseOfTheIssuance() {
        for (Order other : List.of(
                changed(signed, "name", "other"),
                changed(signed, "identifiers", List.of()),
                changed(signed, "rehearsal", true))) {
            assertThat(orders.verified(RECORD, issued(other), "web-1")).hasValue(issued(signed));
        }
    }

    @Test
    void refusesAnIssuanceOnAHostThatIsNotASignedTarget() {
        assertThat(orders.verified(RECORD, issued(changed(signed, "targets", List.of("web-3"))), "web-3"))
                .isEmpty();
        assertThat(orders.verified(RECORD, issued(signed), "web-3")).isEmpty();
    }

    /** The order-service is newer than the issuance-service. */
    @Test
    void acceptsASignedOrderWithAFieldThatThisVersionDoesNotKnow() {
        ObjectNode newer = EventCodec.mapper().valueToTree(order);
        newer.put("ocspStaple", true);
        SignedOrders.sign(key, newer);
        Order passedOn = EventCodec.mapper().convertValue(newer, Order.class);

        assertThat(verified(passedOn))
                .hasValueSatisfying(it -> assertThat(it.at("x").signedAs(""))
                        .isEqualTo(withoutAuthorizations(order).at("x").signedAs("")));
        assertThat(orders.verified(RECORD, issued(passedOn), "web-1")).isPresent();
    }

    /** The validation-service is older than the order-service and the issuance-service. */
    @Test
    void readsAFieldThatAServiceBetweenHasDropped() {
        Order reused = SignedOrders.sign(key, changed(order, "keyReuse", true));
        ObjectNode passedOn = EventCodec.mapper().valueToTree(reused);
        passedOn.remove("keyReuse");

        assertThat(verified(EventCodec.mapper().convertValue(passedOn, Order.class)))
                .hasValueSatisfying(it -> assertThat(it.keyReuse()).isTrue());
    }

    /** The order-service is older than the services after it. */
    @Test
    void acceptsASignedOrderWithoutAFieldThatAServiceBetweenHasAdded() {
        ObjectNode older = EventCodec.mapper().valueToTree(order);
        older.remove("keyReuse");
        SignedOrders.sign(key, older);
        older.put("keyReuse", false);

        assertThat(verified(EventCodec.mapper().convertValue(older, Order.class)))
                .hasValueSatisfying(it -> assertThat(it.keyReuse()).isFalse());
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
        byte[] content = EventCodec.mapper().writeValueAsBytes(order);

        assertThat(accepts(order.signedAs(SignedDocument.sign(key, "perennial-approval+jws", content))))
                .isFalse();
        assertThat(accepts(order.signedAs(key.sign("certificate.orders", Map.of(), content))))
                .isFalse();
        assertThat(accepts(order.signedAs("x".repeat(200_000)))).isFalse();
    }

    @Test
    void readsNoSignatureWhileIgnoredAndCountsWhileWarning() {
        assertThat(orders(SignatureMode.IGNORED).verified(RECORD, EventType.ORDER_AUTHORIZED, order))
                .hasValue(order);
        assertThat(refusals("order-unsigned")).isZero();
        assertThat(orders(SignatureMode.WARN).verified(RECORD, EventType.ORDER_AUTHORIZED, order))
                .hasValue(order);
        assertThat(refusals("order-unsigned")).isEqualTo(1);
    }

    private boolean accepts(Order candidate) {
        return verified(candidate).isPresent();
    }

    private Optional<Order> verified(Order candidate) {
        return orders.verified(RECORD, EventType.ORDER_AUTHORIZED, candidate);
    }

    private static Order withoutAuthorizations(Order of) {
        ObjectNode acmeOrder = EventCodec.mapper().valueToTree(of.acmeOrder());
        acmeOrder.putArray("authorizationUrls");
        return changed(of, "acmeOrder", acmeOrder);
    }

    private static List<String> fields(Order of) {
        return EventCodec.mapper().<ObjectNode>valueToTree(of).properties().stream()
                .map(Map.Entry::getKey)
                .toList();
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
