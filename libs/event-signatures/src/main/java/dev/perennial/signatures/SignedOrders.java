package dev.perennial.signatures;

import dev.perennial.events.CertificateIssued;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.Order;
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
    private static final String SIGNER = Topic.ORDERS.service().orElseThrow();

    private final WriterSignatures signatures;

    public SignedOrders(WriterSignatures signatures) {
        this.signatures = signatures;
    }

    /** The order with its signature, which replaces an earlier one. */
    public static Order sign(SigningKey key, Order order) {
        try {
            byte[] content = EventCodec.mapper().writeValueAsBytes(order.signedPart());
            return order.signedAs(SignedDocument.sign(key, TYPE, content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the order in a record is the one that the order-service signed. Counts and logs one that is not. */
    public boolean accepts(ConsumerRecord<?, ?> record, EventType type, Order order) {
        Order part = order.signedPart();
        return accepts(record, type, order.signedOrder(), part::equals);
    }

    /**
     * Whether an issuance is of the signed order, and the host is one of its targets. A repetition for overdue hosts may have
     * some of the targets only.
     */
    public boolean accepts(ConsumerRecord<?, ?> record, CertificateIssued fact, String host) {
        return accepts(
                record,
                EventType.CERTIFICATE_ISSUED,
                fact.signedOrder(),
                signed -> signed.certificateId().equals(fact.certificateId())
                        && signed.orderId().equals(fact.orderId())
                        && signed.attempt() == fact.attempt()
                        && signed.name().equals(fact.name())
                        && signed.identifiers().equals(fact.identifiers())
                        && signed.rehearsal() == fact.rehearsal()
                        && signed.targets().containsAll(fact.targets())
                        && signed.targets().contains(host));
    }

    private boolean accepts(
            ConsumerRecord<?, ?> record, EventType type, Optional<String> signedOrder, Predicate<Order> matches) {
        var subject = new WriterSignatures.Subject(
                "the order in " + RecordSignatures.position(record, type), record.topic(), SIGNER, "order-");
        return signatures.accepts(
                subject, new OfOrder(signedOrder.flatMap(text -> SignedDocument.parse(text, TYPE)), matches));
    }

    private record OfOrder(Optional<SignedDocument> document, Predicate<Order> matches) implements WriterSignature {
        @Override
        public Optional<String> keyId() {
            return document.map(SignedDocument::keyId);
        }

        @Override
        public boolean isValidFor(VerificationKey key) {
            return document.flatMap(it -> it.contentSignedWith(key))
                    .flatMap(OfOrder::order)
                    .filter(matches)
                    .isPresent();
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
