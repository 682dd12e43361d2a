package dev.perennial.bench;

import dev.perennial.events.CertificateIssued;
import dev.perennial.events.Event;
import dev.perennial.events.OrderRejected;
import dev.perennial.testbed.Progress;
import dev.perennial.testbed.Stack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Healthy names alone; at the moment at which another owner asks for names that lead to an address where nobody listens; and when each of
 * those has failed three times and is left alone for ten minutes. To the bundle in Vault, without hosts, so that no reload hides a
 * difference.
 */
final class FailingNamesRun {
    static final int POISONED = 1_000;
    /** After the third failure the fourth attempt is ten minutes away. */
    private static final int FAILURES = 3;
    /** Alone and left alone are told apart by few percent, so each is measured so often and the median counts. */
    private static final int REPEATS = 3;

    private static final Duration LIMIT = Duration.ofMinutes(10);
    /** Of this machine, but not where the validation-service answers: refused at once, as by a host that has moved. */
    private static final String NOBODY = "127.0.0.9";

    /** How long healthy certificates took. */
    record Phase(Duration wall, Latencies latencies) {}

    /**
     * @param beside while the poisoned names are asked for and fail for the first time
     * @param after when they are backed off
     */
    record Result(Phase alone, Phase beside, Phase after) {}

    private final BenchOptions options;
    private final Map<String, Integer> rejections = new HashMap<>();

    FailingNamesRun(BenchOptions options) {
        this.options = options;
    }

    Result run(Progress progress) throws IOException, InterruptedException {
        try (Stack stack = Stack.builder()
                        .ca(ca -> ca.withNonceReject(0).withAuthorizationReuse(0))
                        .tracingDropped()
                        .progress(progress)
                        .start();
                BenchClient client = new BenchClient(stack.bootstrapServers(), stack.host())) {
            issue(client, "warm", options.warmUp());
            Phase alone = repeated(client, "alone");
            poison(stack.dns().management());
            for (int i = 0; i < POISONED; i++) {
                client.request(name("poisoned", i), poisonedName(i), "poisoned", List.of());
            }
            client.flush();
            Phase beside = issue(client, "beside", options.certificates());
            awaitRejections(client);
            Phase after = repeated(client, "after");
            return new Result(alone, beside, after);
        }
    }

    private static void poison(URI management) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int i = 0; i < POISONED; i++) {
                String body = "{\"host\":\"%s.\",\"addresses\":[\"%s\"]}".formatted(poisonedName(i), NOBODY);
                int status = http.send(
                                HttpRequest.newBuilder(management.resolve("/add-a"))
                                        .POST(BodyPublishers.ofString(body))
                                        .build(),
                                BodyHandlers.discarding())
                        .statusCode();
                if (status != 200) {
                    throw new IllegalStateException("the DNS refused a record with HTTP " + status);
                }
            }
        }
    }

    private Phase issue(BenchClient client, String kind, int count) {
        Map<String, Instant> asked = new HashMap<>();
        Map<String, Duration> done = new HashMap<>();
        Instant start = Instant.now();
        for (int i = 0; i < count; i++) {
            asked.put(name(kind, i), Instant.now());
            client.request(name(kind, i), name(kind, i) + ".healthy.test", "bench", List.of());
        }
        client.flush();
        while (done.size() < count) {
            requireBefore(start.plus(LIMIT), count - done.size() + " healthy certificates are not issued");
            for (Event event : client.events()) {
                if (event instanceof CertificateIssued issued && asked.containsKey(issued.name())) {
                    done.putIfAbsent(issued.name(), Duration.between(asked.get(issued.name()), Instant.now()));
                } else {
                    note(event);
                }
            }
        }
        return new Phase(Duration.between(start, Instant.now()), Latencies.of(done.values()));
    }

    /** The median by wall time. */
    private Phase repeated(BenchClient client, String kind) {
        return IntStream.range(0, REPEATS)
                .mapToObj(i -> issue(client, kind + "-" + i, options.certificates()))
                .sorted(Comparator.comparing(Phase::wall))
                .toList()
                .get(REPEATS / 2);
    }

    private void awaitRejections(BenchClient client) {
        Instant giveUp = Instant.now().plus(LIMIT);
        while (backedOff() < POISONED) {
            requireBefore(giveUp, POISONED - backedOff() + " poisoned orders were not rejected " + FAILURES + " times");
            client.events().forEach(this::note);
        }
    }

    private long backedOff() {
        return rejections.values().stream().filter(count -> count >= FAILURES).count();
    }

    private void note(Event event) {
        if (event instanceof OrderRejected it) {
            rejections.merge(it.orderId().toString(), 1, Integer::sum);
        }
    }

    private static void requireBefore(Instant giveUp, String what) {
        if (Instant.now().isAfter(giveUp)) {
            throw new IllegalStateException(what + " after " + LIMIT);
        }
    }

    private static String name(String kind, int i) {
        return "%s-%05d".formatted(kind, i);
    }

    private static String poisonedName(int i) {
        return name("poisoned", i) + ".nowhere.test";
    }
}
