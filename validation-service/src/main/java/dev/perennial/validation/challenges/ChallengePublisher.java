package dev.perennial.validation.challenges;

import dev.perennial.acme.Authorization;
import dev.perennial.events.ChallengePresented;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventType;
import dev.perennial.events.Identifier;
import dev.perennial.platform.crypto.RecordSigner;
import dev.perennial.platform.messaging.EventPublisher;
import dev.perennial.platform.telemetry.Initiators;
import dev.perennial.validation.ValidationConfig;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/**
 * Publishes challenge responses to every replica on the compacted topic: the CA may contact any of them, and any of them
 * withdraws the response if this one crashes.
 */
@ApplicationScoped
public class ChallengePublisher {
    static final String CHANNEL = "presented";
    private static final URI SOURCE = URI.create("/perennial/validation-service");

    private final Consumer<CloudEvent> publish;
    private final Consumer<String> retract;
    private final LiveChallenges live;
    private final Duration lifetime;
    private final Clock clock;

    @Inject
    ChallengePublisher(
            // The buffer stays small: each sender waits for its record, and max-concurrency limits the senders.
            @Channel(CHANNEL) @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) MutinyEmitter<byte[]> emitter,
            RecordSigner signer,
            LiveChallenges live,
            ValidationConfig config) {
        this(new EventPublisher(emitter, Optional.of(signer)), live, config);
    }

    private ChallengePublisher(EventPublisher publisher, LiveChallenges live, ValidationConfig config) {
        this(
                publisher::publish,
                key -> publisher.publishTombstone(EventType.CHALLENGE_PRESENTED, key, SOURCE, Clock.systemUTC()),
                live,
                config.challengeRetention(),
                Clock.systemUTC());
    }

    public ChallengePublisher(
            Consumer<CloudEvent> publish,
            Consumer<String> retract,
            LiveChallenges live,
            Duration lifetime,
            Clock clock) {
        this.publish = publish;
        this.retract = retract;
        this.live = live;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /**
     * Returns when this replica can respond and the broker has the record; other replicas hold early requests until
     * it arrives.
     */
    public void present(Identifier identifier, Authorization.Challenge challenge) {
        present(identifier, challenge, Optional.empty());
    }

    /** @param issuer of the order, if other replicas need its rules to withdraw the response */
    public void present(Identifier identifier, Authorization.Challenge challenge, Optional<String> issuer) {
        var presented = new ChallengePresented(
                challenge.token(),
                challenge.keyAuthorization(),
                identifier,
                challenge.type(),
                clock.instant().plus(lifetime),
                issuer);
        live.put(presented, lifetime);
        publish.accept(CloudEvent.about(presented.key(), SOURCE, presented, Initiators.current(SOURCE), clock));
    }

    public void withdraw(Authorization.Challenge challenge) {
        String key = ChallengePresented.key(challenge.type(), challenge.token());
        live.remove(key);
        retract.accept(key);
    }
}
