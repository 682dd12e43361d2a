package dev.perennial.validation.challenges;

import dev.perennial.events.ChallengePresented;
import dev.perennial.events.CloudEvent;
import dev.perennial.platform.messaging.Inlet;
import dev.perennial.platform.messaging.Unreadable;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Reads the compacted topic from its beginning, in a consumer group of this replica's own that never commits, so that
 * every replica knows every live answer, also after a restart.
 */
@ApplicationScoped
class ChallengeFeed {
    static final String CHANNEL = "challenges";
    private static final Logger LOG = Logger.getLogger(ChallengeFeed.class);

    private final Inlet inlet;
    private final LiveChallenges live;

    ChallengeFeed(Inlet inlet, LiveChallenges live) {
        this.inlet = inlet;
        this.live = live;
    }

    @Incoming(CHANNEL)
    void on(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            if (record.key() != null) {
                live.remove(record.key());
            }
            return;
        }
        event(record).ifPresent(event -> {
            if (event.data() instanceof ChallengePresented presented) {
                live.put(presented);
            }
        });
    }

    /** No dead letters here: every replica would write its own. */
    private Optional<CloudEvent> event(ConsumerRecord<String, byte[]> record) {
        try {
            return inlet.event(record);
        } catch (Unreadable e) {
            LOG.warnf("left out: %s", e.getMessage());
            return Optional.empty();
        }
    }
}
