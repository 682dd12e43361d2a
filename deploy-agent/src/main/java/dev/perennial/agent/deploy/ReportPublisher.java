package dev.perennial.agent.deploy;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderFact;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.platform.messaging.Retry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/** What this host says on {@code certificate.deployments}. */
final class ReportPublisher {
    static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** With the wait for Vault before it, still less than the age at which an unacknowledged record stops the channel. */
    private static final Retry PATIENCE = new Retry(FIRST_PAUSE, LONGEST_PAUSE, Duration.ofMinutes(5));

    private final URI source;
    private final Consumer<CloudEvent> outlet;
    private final Clock clock;

    /** @param outlet returns when the broker has the event; throws otherwise */
    ReportPublisher(String host, Consumer<CloudEvent> outlet, Clock clock) {
        this.source = URI.create("/perennial/deploy-agent/" + host);
        this.outlet = outlet;
        this.clock = clock;
    }

    /** Returns when the broker has it. */
    void publish(OrderFact fact, String name) {
        CloudEvent event = CloudEvent.about(fact.certificateId().toString(), source, fact, clock);
        PATIENCE.call("the report about " + name, clock, () -> {
            send(event);
            return event;
        });
    }

    private void send(CloudEvent event) {
        try {
            outlet.accept(event);
        } catch (RuntimeException e) {
            throw new RetryLater(
                    Problem.of(ErrorCode.STEP_TIMED_OUT, "Kafka did not take the report: " + e.getMessage()), e);
        }
    }
}
