package dev.perennial.bench;

import dev.perennial.events.CertificateAccepted;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.Event;
import dev.perennial.events.Topic;
import dev.perennial.testbed.Progress;
import dev.perennial.testbed.Stack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Measures the requests of one team, one after the other, first alone and then while another team has {@link #BUSY}
 * requests on its topic. Each request is measured to its answer and to the bundle in Vault.
 */
final class TeamTopicsRun {
    static final int BUSY = 100_000;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** @param answered to {@code certificate.accepted} */
    record Phase(Latencies answered, Latencies issued) {}

    /** @param waiting requests of the busy team that were not answered at the end of the second phase */
    record Result(Phase alone, Phase beside, int waiting) {}

    private final BenchOptions options;
    private int busyAnswered;

    TeamTopicsRun(BenchOptions options) {
        this.options = options;
    }

    Result run(Progress progress) throws InterruptedException {
        try (Stack stack = Stack.builder()
                        .ca(ca -> ca.withNonceReject(0).withAuthorizationReuse(0))
                        .tracingDropped()
                        .progress(progress)
                        .start();
                BenchClient client =
                        new BenchClient(stack.bootstrapServers(), stack.host(), Topic.ORDERS, Topic.ISSUANCES)) {
            create(stack.bootstrapServers(), "calm", "busy");
            sequential(client, "warm", options.warmUp());
            Phase alone = sequential(client, "alone", options.single());
            for (int i = 0; i < BUSY; i++) {
                request(client, "busy", name("busy", i));
            }
            client.flush();
            Phase beside = sequential(client, "beside", options.single());
            return new Result(alone, beside, BUSY - busyAnswered);
        }
    }

    private static void create(String bootstrapServers, String... teams) throws InterruptedException {
        List<NewTopic> topics = new ArrayList<>();
        for (String team : teams) {
            topics.add(
                    new NewTopic(Topic.ofTeam(team), Topic.PARTITIONS, (short) 1).configs(Topic.REQUESTS.settings()));
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(topics).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics of the teams were not created", e.getCause());
        }
    }

    private Phase sequential(BenchClient client, String kind, int count) {
        Map<String, Duration> answered = new HashMap<>();
        Map<String, Duration> issued = new HashMap<>();
        for (int i = 0; i < count; i++) {
            String name = name(kind, i);
            Instant start = Instant.now();
            request(client, "calm", name);
            client.flush();
            while (!issued.containsKey(name)) {
                if (Instant.now().isAfter(start.plus(LIMIT))) {
                    throw new IllegalStateException(name + " is not issued after " + LIMIT);
                }
                for (Event event : client.events()) {
                    switch (event) {
                        case CertificateAccepted it when it.owner().equals("busy") -> busyAnswered++;
                        case CertificateAccepted it
                        when it.name().equals(name) -> answered.put(name, Duration.between(start, Instant.now()));
                        case CertificateIssued it
                        when it.name().equals(name) -> issued.put(name, Duration.between(start, Instant.now()));
                        default -> {}
                    }
                }
            }
        }
        return new Phase(Latencies.of(answered.values()), Latencies.of(issued.values()));
    }

    private static void request(BenchClient client, String team, String name) {
        client.request(Topic.ofTeam(team), name, name + ".teams.test", team, List.of());
    }

    private static String name(String kind, int i) {
        return "%s-%06d".formatted(kind, i);
    }
}
