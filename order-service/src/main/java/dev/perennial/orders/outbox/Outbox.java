package dev.perennial.orders.outbox;

import dev.perennial.events.CertificateRefused;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventCodec;
import dev.perennial.events.OrderFact;
import dev.perennial.orders.database.Columns;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The writing side of the table {@code outbox}. */
public final class Outbox {
    public static final URI SOURCE = URI.create("/perennial/order-service");

    private final Handle tx;
    private final Clock clock;

    public Outbox(Handle tx, Clock clock) {
        this.tx = tx;
        this.clock = clock;
    }

    /** To be sent once the transaction is committed, after everything that was appended for the same key before. */
    public void append(OrderFact fact, Optional<String> traceparent) {
        append(CloudEvent.about(fact.certificateId().toString(), SOURCE, fact, clock), traceparent);
    }

    public void append(CertificateRefused refusal, Optional<String> traceparent) {
        append(CloudEvent.about(refusal.requestId(), SOURCE, refusal, clock), traceparent);
    }

    private void append(CloudEvent event, Optional<String> traceparent) {
        tx.createUpdate("""
                INSERT INTO outbox (id, topic, key, type, source, time, data, traceparent)
                VALUES (:id, :topic, :key, :type, :source, :time, :data, :traceparent)""")
                .bind("id", event.id())
                .bind("topic", event.type().topic().topicName())
                .bind("key", event.subject())
                .bind("type", event.type().wireName())
                .bind("source", event.source().toString())
                .bind("time", Columns.at(event.time()))
                .bind("data", EventCodec.encode(event.data()))
                .bind("traceparent", traceparent.orElse(null))
                .execute();
    }
}
