package dev.perennial.issuerfeed;

import dev.perennial.acme.IssuerSettingsCache;
import dev.perennial.acme.Issuers;
import dev.perennial.events.IssuerConfigured;
import dev.perennial.platform.messaging.EventReader;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
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
    private final LatestRevisions revisions = new LatestRevisions();

    IssuerConsumer(EventReader reader) {
        this.reader = reader;
    }

    @Produces
    @Singleton
    Issuers issuers() {
        return issuers;
    }

    @Incoming(CHANNEL)
    @Blocking
    void on(ConsumerRecord<String, byte[]> record) {
        reader.latest(record, IssuerConfigured.class, (event, configured) -> put(configured), issuers::remove);
    }

    private void put(IssuerConfigured configured) {
        if (revisions.isCurrent(configured.settings().name(), configured.revision())) {
            issuers.put(configured.settings());
        }
    }
}
