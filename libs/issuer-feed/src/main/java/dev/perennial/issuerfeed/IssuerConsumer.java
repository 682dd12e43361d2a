package dev.perennial.issuerfeed;

import dev.perennial.acme.IssuerSettingsCache;
import dev.perennial.acme.Issuers;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.IssuerConfigured;
import dev.perennial.platform.messaging.EventReader;
import dev.perennial.platform.messaging.Tombstone;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Consumes the compacted topic of issuer settings. Each replica reads it from the beginning after every start, because
 * its consumer group is its own and commits no offsets; so every replica has the settings of every issuer.
 */
@ApplicationScoped
class IssuerConsumer {
    static final String CHANNEL = "issuers";

    private final EventReader reader;
    private final IssuerSettingsCache issuers = new IssuerSettingsCache();
    private final LatestRecords latest;

    @Inject
    IssuerConsumer(EventReader reader) {
        this(reader, InstantSource.system());
    }

    IssuerConsumer(EventReader reader, InstantSource clock) {
        this.reader = reader;
        this.latest = new LatestRecords(clock);
    }

    @Produces
    @Singleton
    Issuers issuers() {
        return issuers;
    }

    @Incoming(CHANNEL)
    @Blocking
    void on(ConsumerRecord<String, byte[]> record) {
        reader.latest(record, IssuerConfigured.class, this::put, this::remove);
    }

    private void put(CloudEvent event, IssuerConfigured configured) {
        if (latest.put(configured.settings().name(), configured.revision(), event.time())) {
            issuers.put(configured.settings());
        }
    }

    private void remove(Tombstone tombstone) {
        if (latest.remove(tombstone.key(), tombstone.time())) {
            issuers.remove(tombstone.key());
        }
    }
}
