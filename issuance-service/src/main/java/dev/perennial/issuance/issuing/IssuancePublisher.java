package dev.perennial.issuance.issuing;

import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateRevoked;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventType;
import dev.perennial.events.IssuanceFact;
import dev.perennial.events.IssuanceFailed;
import dev.perennial.events.OrderFact;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.events.RevocationFailed;
import dev.perennial.events.Uuids;
import dev.perennial.platform.crypto.RecordSigner;
import dev.perennial.platform.messaging.EventPublisher;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.platform.telemetry.Initiators;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Publishes to {@code certificate.issuances}; returns when the broker has the record. */
@Singleton
public final class IssuancePublisher {
    static final String CHANNEL = "issuances";
    private static final URI SOURCE = URI.create("/perennial/issuance-service");

    private final Consumer<CloudEvent> publisher;
    private final Clock clock;

    @Inject
    IssuancePublisher(
            // The buffer stays small: each sender waits for its record, and max-concurrency limits the senders.
            @Channel(CHANNEL) @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) MutinyEmitter<byte[]> emitter,
            RecordSigner signer) {
        this(new EventPublisher(emitter, Optional.of(signer))::publish, Clock.systemUTC());
    }

    public IssuancePublisher(Consumer<CloudEvent> publisher, Clock clock) {
        this.publisher = publisher;
        this.clock = clock;
    }

    /**
     * Derives the event id from order and attempt, so that consumers recognise the event of a redelivery as a
     * duplicate.
     */
    void issued(CertificateIssued fact) {
        publish(idOf(fact.orderId() + "/" + fact.attempt() + "/" + EventType.CERTIFICATE_ISSUED.wireName()), fact);
    }

    /** Derives the event id from its content, so that a redelivery publishes the same id. */
    public void revoked(CertificateRevoked fact) {
        publish(idOf(fact.fingerprint() + "/" + fact.reason() + "/" + EventType.CERTIFICATE_REVOKED.wireName()), fact);
    }

    private static String idOf(String seed) {
        return UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** Publishes a new event id each time: a second failure of the same attempt is another fact. */
    void failed(IssuanceFailed fact) {
        publish(Uuids.next().toString(), fact);
    }

    /** Publishes a new event id each time. */
    public void failed(RevocationFailed fact) {
        publish(Uuids.next().toString(), fact);
    }

    private <F extends IssuanceFact & OrderFact> void publish(String id, F fact) {
        var event = new CloudEvent(
                id,
                SOURCE,
                clock.instant(),
                fact.certificateId().toString(),
                Optional.of(Initiators.current(SOURCE)),
                fact);
        try {
            publisher.accept(event);
        } catch (RetryLater | Shutdown.WorkInterrupted e) {
            throw e;
        } catch (RuntimeException e) {
            throw new RetryLater(
                    Problem.of(
                            ErrorCode.INTERNAL,
                            "the broker did not accept " + event.type().wireName()
                                    + "; it is sent again automatically; check that Kafka is running",
                            e.getClass().getSimpleName()),
                    e);
        }
    }
}
