package dev.perennial.validation.challenges;

import dev.perennial.events.ChallengePresented;
import dev.perennial.platform.messaging.EventReader;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Reads the compacted topic from the beginning, in a consumer group per replica that never commits. Every replica
 * therefore knows every live challenge, also after a restart.
 */
@ApplicationScoped
class ChallengeConsumer {
    static final String CHANNEL = "challenges";

    private final EventReader reader;
    private final LiveChallenges live;

    ChallengeConsumer(EventReader reader, LiveChallenges live) {
        this.reader = reader;
        this.live = live;
    }

    @Incoming(CHANNEL)
    void on(ConsumerRecord<String, byte[]> record) {
        reader.latest(record, ChallengePresented.class, live::put, live::remove);
    }
}
