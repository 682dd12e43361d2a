package dev.perennial.platform.messaging;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.events.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * Compares the topics of this service with the contract, once after each start. A topic with a shorter retention loses
 * records of a service that is stopped for longer. The service works in any case: the deviations are logged and
 * counted.
 */
@ApplicationScoped
class TopicCheck {
    private static final Logger LOG = Logger.getLogger(TopicCheck.class);
    private static final Pattern TOPIC = Pattern.compile("mp\\.messaging\\.(?:incoming|outgoing)\\.[^.]+\\.topic");
    private static final Pattern INCOMING_TOPIC = Pattern.compile("mp\\.messaging\\.incoming\\.[^.]+\\.topic");
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Retry UNTIL_AVAILABLE =
            new Retry(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofDays(365));

    private final Map<String, Object> client;
    private final Config config;
    /** Negative until the check is done. */
    private volatile int count = -1;

    private Thread thread;

    @Inject
    TopicCheck(@Identifier("default-kafka-broker") Map<String, Object> client, Config config, MeterRegistry meters) {
        this.client = Map.copyOf(client);
        this.config = config;
        meters.gauge("perennial_topic_deviations", this, check -> check.count);
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("topic-check").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) {
        thread.interrupt();
    }

    private void run() {
        List<String> deviations;
        try {
            deviations = UNTIL_AVAILABLE.call("the check of the topics", Clock.systemUTC(), this::check);
        } catch (RuntimeException e) {
            if (!Shutdown.isUnderWay()) {
                LOG.warn(
                        "the topics are not checked; compare them with docs/reference/events.md#settings-of-the-topics",
                        e);
            }
            return;
        }
        count = deviations.size();
        deviations.forEach(deviation -> LOG.errorf(
                "ALARM: %s. The service runs, but records can be lost or exhaust its memory. Correct the topic; see"
                        + " docs/operating/kafka.md#topics",
                deviation));
    }

    private List<String> check() {
        Map<String, TopicSettings> required = new TreeMap<>();
        List<String> topics = values(TOPIC);
        topics.forEach(topic -> TopicSettings.of(topic).ifPresent(settings -> required.put(topic, settings)));
        String consumer = config.getValue("quarkus.application.name", String.class);
        incoming().forEach(topic -> {
            String deadLetters = DeadLetterPublisher.topic(topic, consumer);
            required.put(deadLetters, TopicSettings.ofDeadLetters(deadLetters));
        });
        try (Admin admin = Admin.create(client)) {
            if (topics.contains(Topic.TEAM_TOPICS.pattern())) {
                get(admin.listTopics().names()).stream()
                        .filter(topic -> Topic.team(topic).isPresent())
                        .forEach(topic ->
                                required.put(topic, TopicSettings.of(topic).orElseThrow()));
            }
            return compare(admin, required);
        }
    }

    private static List<String> compare(Admin admin, Map<String, TopicSettings> required) {
        var described = admin.describeConfigs(required.keySet().stream()
                        .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                        .toList())
                .values();
        List<String> found = new ArrayList<>();
        new TreeMap<>(Map.copyOf(required)).forEach((topic, settings) -> {
            var answer = described.get(new ConfigResource(ConfigResource.Type.TOPIC, topic));
            try {
                Map<String, String> actual = new TreeMap<>();
                get(answer).entries().stream()
                        .filter(entry -> entry.value() != null)
                        .forEach((ConfigEntry entry) -> actual.put(entry.name(), entry.value()));
                found.addAll(settings.deviations(actual));
            } catch (UnknownTopicOrPartitionException e) {
                found.add("the topic " + topic + " does not exist");
            } catch (AuthorizationException e) {
                LOG.warnf(
                        "the topic %s is not checked: the service may not read its settings (operation DescribeConfigs)",
                        topic);
            }
        });
        return found;
    }

    private static <T> T get(KafkaFuture<T> answer) {
        try {
            return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException unknown) {
                throw unknown;
            }
            if (e.getCause() instanceof AuthorizationException refused) {
                throw refused;
            }
            throw unavailable(e);
        } catch (TimeoutException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Shutdown.WorkInterrupted();
        }
    }

    private static RetryLater unavailable(Exception cause) {
        return new RetryLater(
                Problem.of(ErrorCode.INTERNAL, "Kafka did not answer; the topics are checked when it is available"),
                cause);
    }

    /** The compacted topics have no dead letters: an unreadable record is skipped. */
    private List<String> incoming() {
        return values(INCOMING_TOPIC).stream()
                .filter(topic ->
                        Topic.named(topic).filter(known -> !known.compacted()).isPresent())
                .toList();
    }

    private List<String> values(Pattern names) {
        TreeSet<String> values = new TreeSet<>();
        for (String name : config.getPropertyNames()) {
            if (names.matcher(name).matches()) {
                values.add(config.getValue(name, String.class));
            }
        }
        return List.copyOf(values);
    }
}
