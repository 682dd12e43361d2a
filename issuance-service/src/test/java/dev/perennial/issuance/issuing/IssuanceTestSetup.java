package dev.perennial.issuance.issuing;

import dev.perennial.acme.AcmeAccounts;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DeploymentOverdue;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Fact;
import dev.perennial.events.Identifier;
import dev.perennial.events.Initiator;
import dev.perennial.events.IssuanceFailed;
import dev.perennial.events.KeyType;
import dev.perennial.events.Order;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderId;
import dev.perennial.events.OrderRehearsed;
import dev.perennial.events.Problem;
import dev.perennial.events.Topic;
import dev.perennial.events.Uuids;
import dev.perennial.issuance.keys.CertificateKeyGenerator;
import dev.perennial.platform.messaging.EventReader;
import dev.perennial.platform.messaging.RecordProcessor;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.platform.telemetry.Initiators;
import dev.perennial.signatures.SignatureMode;
import dev.perennial.signatures.SignedOrders;
import dev.perennial.signatures.VerificationKeys;
import dev.perennial.signatures.WriterSignatures;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.InMemorySecretStore;
import dev.perennial.vault.SecretPath;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The service without Kafka: a fake CA, an in-memory store, and a list as the topic. Each {@link #deliver} is a new
 * process.
 */
final class IssuanceTestSetup implements AutoCloseable {
    static final Initiator REQUESTER = new Initiator("token:ci-shop");
    static final Duration BRIEF = Duration.ofMillis(200);
    static final String FALLBACK = "fallback-ca";
    static final List<String> HOSTS = List.of("web-1.example.com", "web-2.example.com");

    /** Long enough for a successful run on a busy machine. */
    Duration retryTimeout = Duration.ofSeconds(20);

    /** Of the order in a reminder. */
    SignatureMode signatures = SignatureMode.IGNORED;

    final CallInterruptions interruptions = new CallInterruptions();
    final FakeIssuanceCa ca = new FakeIssuanceCa(interruptions);
    /** The CA of the issuer {@link #FALLBACK}. */
    final FakeIssuanceCa fallback = new FakeIssuanceCa(interruptions);

    final InMemorySecretStore vault = new InMemorySecretStore();
    final List<CloudEvent> topic = new CopyOnWriteArrayList<>();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final CertificateKeyGenerator keys = new CertificateKeyGenerator();
    final Order order = order(CertificateId.next(), OrderId.next(), 1);

    static Order order(CertificateId certificate, OrderId id, int attempt) {
        return order(certificate, id, attempt, false);
    }

    static Order rehearsal(CertificateId certificate) {
        return order(certificate, OrderId.next(), 1, true);
    }

    private static Order order(CertificateId certificate, OrderId id, int attempt, boolean rehearsal) {
        return new Order(
                certificate,
                id,
                attempt,
                "shop",
                "web-team",
                FakeIssuanceCa.ISSUER,
                List.of(Identifier.dns("shop.example.com"), Identifier.dns("www.shop.example.com")),
                KeyType.EC_P256,
                HOSTS,
                FakeIssuanceCa.ORDER,
                rehearsal);
    }

    IssuanceResult deliver(Order delivered) {
        Clock clock = Clock.systemUTC();
        var store = new CrashingSecretStore(vault, interruptions);
        IssuancePublisher out = out();
        AcmeAccounts accounts =
                (issuer, registration) -> issuer.equals(FALLBACK) ? fallback : ca.of(issuer, registration);
        var issuance = new Issuance(accounts, store, out, clock, Duration.ZERO, Duration.ofSeconds(1));
        return new IssuanceHandler(issuance, out, keys, retry(), Duration.ofMinutes(5), meters, clock)
                .handle(delivered, Initiators.in(Context.root(), REQUESTER));
    }

    private Retry retry() {
        return new Retry(Duration.ofMillis(1), Duration.ofMillis(2), retryTimeout);
    }

    private IssuancePublisher out() {
        return new IssuancePublisher(
                event -> interruptions.around("publish", () -> topic.add(event)), Clock.systemUTC());
    }

    IssuanceResult deliver() {
        return deliver(order);
    }

    /** Delivers {@code order.failed} to another process. */
    void abandon() {
        deliver(new OrderFailed(
                order.certificateId(),
                order.orderId(),
                order.attempt(),
                Problem.of(ErrorCode.CA_REFUSED, "abandoned by this test")));
    }

    /** Delivers {@code order.rehearsed} to another process. */
    void rehearsalEnded(Order rehearsal) {
        deliver(new OrderRehearsed(
                rehearsal.certificateId(), rehearsal.orderId(), rehearsal.attempt(), rehearsal.targets()));
    }

    /** Delivers {@code deployment.overdue} to another process. */
    void overdue(Order late) {
        deliver(new DeploymentOverdue(late, "f1".repeat(32), List.of(HOSTS.getLast())));
    }

    /** Delivers a record of {@code certificate.orders}. */
    void deliver(Fact fact) {
        var event = new CloudEvent(
                Uuids.next().toString(),
                URI.create("/perennial/order-service"),
                Clock.systemUTC().instant(),
                order.certificateId().toString(),
                Optional.of(REQUESTER),
                fact);
        var record =
                new ConsumerRecord<>(Topic.ORDERS.topicName(), 0, 0L, event.subject(), EventCodec.encode(event.data()));
        event.headers().forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        new OrderFactConsumer(
                        new EventReader(meters, (any, headers, type) -> true),
                        new RecordProcessor((failed, reason) -> {}, meters),
                        new SignedOrders(new WriterSignatures(signatures, new VerificationKeys(vault), meters)),
                        new CrashingSecretStore(vault, interruptions),
                        out(),
                        retry(),
                        meters)
                .handle(record);
    }

    /** Whether the path of the order has a key. */
    boolean hasKey() {
        return vault.read(SecretPath.orderKey(order.orderId()))
                .flatMap(secret -> secret.field("privateKey"))
                .isPresent();
    }

    /** Whether the path of the order has the marker. */
    boolean hasMarker() {
        return vault.read(SecretPath.orderKey(order.orderId()))
                .flatMap(secret -> secret.field(OrderKeyStore.ABANDONED_AT))
                .isPresent();
    }

    Bundle bundle() {
        return Bundle.from(
                vault.read(SecretPath.certificate(order.certificateId())).orElseThrow());
    }

    Bundle copy(String host) {
        return Bundle.from(
                vault.read(SecretPath.hostCopy(host, order.certificateId())).orElseThrow());
    }

    List<CertificateIssued> issued() {
        return facts(CertificateIssued.class);
    }

    List<IssuanceFailed> failures() {
        return facts(IssuanceFailed.class);
    }

    private <T> List<T> facts(Class<T> type) {
        return PublishedFacts.of(type, topic);
    }

    @Override
    public void close() {
        keys.stop();
    }
}
