package dev.perennial.orders.messaging;

import dev.perennial.events.ApprovalFact;
import dev.perennial.events.CertificateRefused;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.Initiator;
import dev.perennial.events.IssuerConfigured;
import dev.perennial.events.OrderFact;
import dev.perennial.events.Uuids;
import dev.perennial.orders.database.Change;
import dev.perennial.orders.database.Columns;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The writing side of the table {@code outbox}. */
public final class Outbox {
    public static final URI SOURCE = URI.create("/perennial/order-service");

    /** Of events about what no one requested, for example a renewal that is due. */
    public static final Initiator SYSTEM = Initiator.system(SOURCE);

    private final Handle tx;
    private final Clock clock;

    public Outbox(Handle tx, Clock clock) {
        this.tx = tx;
        this.clock = clock;
    }

    /** Publishes the fact after the commit, in the order of appends for its key. */
    public void append(OrderFact fact, Initiator initiator, Optional<String> traceparent) {
        append(CloudEvent.about(fact.certificateId().toString(), SOURCE, fact, initiator, clock), traceparent);
    }

    public void append(CertificateRefused refusal, Initiator initiator, Optional<String> traceparent) {
        append(CloudEvent.about(refusal.requestId(), SOURCE, refusal, initiator, clock), traceparent);
    }

    public void append(ApprovalFact fact, Initiator initiator, Optional<String> traceparent) {
        append(CloudEvent.about(fact.approvalId().toString(), SOURCE, fact, initiator, clock), traceparent);
    }

    public void append(IssuerConfigured issuer, Initiator initiator, Optional<String> traceparent) {
        append(CloudEvent.about(issuer.settings().name(), SOURCE, issuer, initiator, clock), traceparent);
    }

    /** Publishes a tombstone for the key on a compacted topic. */
    public void retract(EventType type, String key, Optional<String> traceparent) {
        append(Uuids.next().toString(), type, key, SOURCE, clock.instant(), null, Optional.empty(), traceparent);
    }

    private void append(CloudEvent event, Optional<String> traceparent) {
        append(
                event.id(),
                event.type(),
                event.subject(),
                event.source(),
                event.time(),
                EventCodec.encode(event.data()),
                event.initiator(),
                traceparent);
    }

    private void append(
            String id,
            EventType type,
            String key,
            URI source,
            Instant time,
            byte[] data,
            Optional<Initiator> initiator,
            Optional<String> traceparent) {
        tx.createUpdate("""
                INSERT INTO outbox (id, topic, key, type, source, time, data, initiator, traceparent)
                VALUES (:id, :topic, :key, :type, :source, :time, :data, :initiator, :traceparent)""")
                .bind("id", id)
                .bind("topic", type.topic().topicName())
                .bind("key", key)
                .bind("type", type.wireName())
                .bind("source", source.toString())
                .bind("time", Columns.at(time))
                .bind("data", data)
                .bind("initiator", initiator.map(Initiator::id).orElse(null))
                .bind("traceparent", traceparent.orElse(null))
                .execute();
        Change.FACT_WRITTEN.announce(tx);
    }
}
