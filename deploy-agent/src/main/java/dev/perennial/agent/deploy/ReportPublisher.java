package dev.perennial.agent.deploy;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderFact;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.events.Topic;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.platform.telemetry.Initiators;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/** Publishes the reports of this host on {@code certificate.deployments}. */
final class ReportPublisher {
    static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** For failures of the publisher. An outage of Kafka is not one: {@code EventPublisher} waits for its end. */
    private static final Retry RETRY = new Retry(FIRST_PAUSE, LONGEST_PAUSE, Duration.ofMinutes(5));

    private final URI source;
    private final Consumer<CloudEvent> publisher;
    private final Clock clock;

    /** @param publisher returns when the broker has acknowledged the event, and throws otherwise */
    ReportPublisher(String host, Consumer<CloudEvent> publisher, Clock clock) {
        this.source = Topic.sourceOfAgent(host);
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Returns when the broker has acknowledged the report. */
    void publish(OrderFact fact, String subject) {
        CloudEvent event =
                CloudEvent.about(fact.certificateId().toString(), source, fact, Initiators.current(source), clock);
        RETRY.call("the report about " + subject, clock, () -> {
            send(event);
            return event;
        });
    }

    private void send(CloudEvent event) {
        try {
            publisher.accept(event);
        } catch (Shutdown.WorkInterrupted e) {
            throw e;
        } catch (RuntimeException e) {
            throw new RetryLater(
                    Problem.of(ErrorCode.STEP_TIMED_OUT, "Kafka did not acknowledge the report: " + e.getMessage()), e);
        }
    }
}
