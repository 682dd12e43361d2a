package dev.perennial.signatures;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.Order;
import dev.perennial.events.OrderId;
import dev.perennial.events.Topic;
import dev.perennial.platform.crypto.SignedDocument;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.platform.crypto.VerificationKey;
import dev.perennial.platform.crypto.WriterSignature;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The order as the order-service signed it. The services after it pass the signature on and never create one; a key is read
 * or written only for an order, and for a host, that the order-service signed.
 */
@Singleton
public class SignedOrders {
    private static final String TYPE = "perennial-order+jws";
    private static final String SIGNATURE = "signedOrder";
    private static final String SIGNER = Topic.ORDERS.service().orElseThrow();

    private final WriterSignatures signatures;

    public SignedOrders(WriterSignatures signatures) {
        this.signatures = signatures;
    }

    /** The order with its signature, which replaces an earlier one. */
    public static Order sign(SigningKey key, Order order) {
        return order.signedAs(signature(key, EventCodec.mapper().valueToTree(order)));
    }

    /**
     * Adds the signature to the JSON of an order, where it replaces an earlier one. Fields that this version does not know
     * are signed too.
     */
    public static void sign(SigningKey key, ObjectNode order) {
        order.put(SIGNATURE, signature(key, order));
    }

    /** Over the order without the URLs of authorizations, which nothing needs after the validation. */
    private static String signature(SigningKey key, ObjectNode order) {
        ObjectNode part = order.deepCopy();
        part.remove(SIGNATURE);
        if (part.get("acmeOrder") instanceof ObjectNode acmeOrder) {
            acmeOrder.putArray("authorizationUrls");
        }
        try {
            return SignedDocument.sign(key, TYPE, EventCodec.mapper().writeValueAsBytes(part));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The order as the order-service signed it, with its signature. Only the identity is compared with the order in the
     * record: services of other versions pass on the fields that they know.
     *
     * @return empty if the order-service has not signed it, which is counted and logged
     */
    public Optional<Order> verified(ConsumerRecord<?, ?> record, EventType type, Order order) {
        var signed = new OfOrder(
                order.signedOrder(), it -> isAttempt(it, order.certificateId(), order.orderId(), order.attempt()));
        return accepts(record, type, signed) ? Optional.of(signed.verified().orElse(order)) : Optional.empty();
    }

    /**
     * An issuance with the name, the identifiers and the purpose that the order-service signed. A repetition for overdue
     * hosts may have some of the targets only.
     *
     * @return empty if it is not of a signed order, or the host is not one of the signed targets
     */
    public Optional<CertificateIssued> verified(ConsumerRecord<?, ?> record, CertificateIssued fact, String host) {
        var signed = new OfOrder(
                fact.signedOrder(),
                it -> isAttempt(it, fact.certificateId(), fact.orderId(), fact.attempt())
                        && it.targets().contains(host));
        return accepts(record, EventType.CERTIFICATE_ISSUED, signed)
                ? Optional.of(signed.verified().map(fact::withOrder).orElse(fact))
                : Optional.empty();
    }

    private static boolean isAttempt(Order signed, CertificateId certificate, OrderId order, int attempt) {
        return signed.certificateId().equals(certificate)
                && signed.orderId().equals(order)
                && signed.attempt() == attempt;
    }

    private boolean accepts(ConsumerRecord<?, ?> record, EventType type, OfOrder signed) {
        var subject = new WriterSignatures.Subject(
                "the order in " + RecordSignatures.position(record, type), record.topic(), SIGNER, "order-");
        return signatures.accepts(subject, signed);
    }

    private static final class OfOrder implements WriterSignature {
        private final Optional<String> text;
        private final Optional<SignedDocument> document;
        private final Predicate<Order> matches;
        private Optional<Order> verified = Optional.empty();

        OfOrder(Optional<String> text, Predicate<Order> matches) {
            this.text = text;
            this.document = text.flatMap(it -> SignedDocument.parse(it, TYPE));
            this.matches = matches;
        }

        /** Empty if signatures are not required, and there is no valid one. */
        Optional<Order> verified() {
            return verified;
        }

        @Override
        public Optional<String> keyId() {
            return document.map(SignedDocument::keyId);
        }

        @Override
        public boolean isValidFor(VerificationKey key) {
            verified = document.flatMap(it -> it.contentSignedWith(key))
                    .flatMap(OfOrder::order)
                    .filter(matches)
                    .map(order -> order.signedAs(text.orElseThrow()));
            return verified.isPresent();
        }

        private static Optional<Order> order(byte[] content) {
            try {
                return Optional.ofNullable(EventCodec.mapper().readValue(content, Order.class));
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    }
}
