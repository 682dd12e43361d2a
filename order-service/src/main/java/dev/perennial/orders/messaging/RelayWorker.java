package dev.perennial.orders.messaging;

import dev.perennial.events.Topic;
import dev.perennial.orders.database.Change;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.scheduling.Wakeups;
import dev.perennial.orders.scheduling.Worker;
import dev.perennial.platform.messaging.EventPublisher;
import dev.perennial.signatures.SigningKeys;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Runs the relay for the lifetime of the process. */
@ApplicationScoped
class RelayWorker {
    private final Relay relay;
    private final Worker worker;

    RelayWorker(
            Database database,
            OutboxConfig config,
            Clock clock,
            Wakeups wakeups,
            SigningKeys keys,
            // The batch of the relay limits the records in flight.
            @Channel("orders") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) MutinyEmitter<byte[]> orders,
            @Channel("issuers") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) MutinyEmitter<byte[]> issuers) {
        Map<String, EventPublisher> publishers = Map.of(
                Topic.ORDERS.topicName(), new EventPublisher(orders, Optional.empty()),
                Topic.ISSUERS.topicName(), new EventPublisher(issuers, Optional.empty()));
        RecordSender sender =
                (topic, key, headers, value, trace) -> publishers.get(topic).send(key, headers, value, trace);
        SigningSender signing = new SigningSender(keys::current, sender);
        this.relay = new Relay(database, signing, config, clock);
        this.worker = new Worker("outbox-relay", wakeups.on(Change.FACT_WRITTEN), config.pollInterval(), () -> {
            // Without a key, nothing is sent, and another replica may publish the outbox.
            signing.takeKey();
            return relay.round();
        });
    }

    void start(@Observes StartupEvent event) {
        worker.start();
    }

    void stop(@Observes ShutdownEvent event) {
        worker.close();
        relay.close();
    }
}
