package dev.perennial.validation.challenges;

import dev.perennial.events.ChallengePresented;
import dev.perennial.platform.messaging.Inlet;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Reads the compacted topic from its beginning, in a consumer group of this replica's own that never commits, so that
 * every replica knows every live answer, also after a restart.
 */
@ApplicationScoped
class ChallengeFeed {
    static final String CHANNEL = "challenges";

    private final Inlet inlet;
    private final LiveChallenges live;

    ChallengeFeed(Inlet inlet, LiveChallenges live) {
        this.inlet = inlet;
        this.live = live;
    }

    @Incoming(CHANNEL)
    void on(ConsumerRecord<String, byte[]> record) {
        inlet.latest(
                record,
                event -> {
                    if (event.data() instanceof ChallengePresented presented) {
                        live.put(presented);
                    }
                },
                live::remove);
    }
}
