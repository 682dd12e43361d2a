package dev.perennial.issuance.issuing;

import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventType;
import dev.perennial.events.IssuanceFailed;
import dev.perennial.events.OrderFact;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Consumer;

/** What we say on {@code certificate.issuances}; returns when the broker has it. */
final class IssuancesTopic {
    private static final URI SOURCE = URI.create("/perennial/issuance-service");

    private final Consumer<CloudEvent> outlet;
    private final Clock clock;

    IssuancesTopic(Consumer<CloudEvent> outlet, Clock clock) {
        this.outlet = outlet;
        this.clock = clock;
    }

    /**
     * The event id follows from order and attempt, so that a fact that a redelivery makes us say again is recognised as the
     * one already told.
     */
    void issued(CertificateIssued fact) {
        String seed = fact.orderId() + "/" + fact.attempt() + "/" + EventType.CERTIFICATE_ISSUED.wireName();
        publish(UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8)).toString(), fact);
    }

    /** A new event each time: a second failure of the same attempt is another fact. */
    void failed(IssuanceFailed fact) {
        publish(dev.perennial.events.Ids.next().toString(), fact);
    }

    private void publish(String id, OrderFact fact) {
        var event =
                new CloudEvent(id, SOURCE, clock.instant(), fact.certificateId().toString(), fact);
        try {
            outlet.accept(event);
        } catch (RetryLater e) {
            throw e;
        } catch (RuntimeException e) {
            throw new RetryLater(
                    Problem.of(
                            ErrorCode.INTERNAL,
                            "the broker did not take " + event.type().wireName()
                                    + ". Check that Kafka runs; it is sent again by itself",
                            e.getClass().getSimpleName()),
                    e);
        }
    }
}
