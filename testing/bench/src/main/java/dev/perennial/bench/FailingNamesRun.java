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
 * Measures healthy names in three phases: alone; while another owner requests names whose address refuses connections; and
 * while these keep failing. Measures up to the bundle in Vault, without hosts, so that reloads do not hide differences.
 */
final class FailingNamesRun {
    static final int NAMES = 1_000;
    /** The first and the last phase differ by few percent, so each is repeated and the median is reported. */
    private static final int REPEATS = 3;

    private static final Duration LIMIT = Duration.ofMinutes(10);
    /** A loopback address without a validation-service: it refuses connections, like a host that has moved. */
    private static final String REFUSING_ADDRESS = "127.0.0.9";

    /** Durations of healthy certificates. */
    record Phase(Duration wall, Latencies latencies) {}

    /**
     * @param beside while the failing names are requested and fail for the first time
     * @param after while they keep failing
     * @param failures of the failing names in the last two phases
     */
    record Result(Phase alone, Phase beside, Phase after, int failures) {}

    private final BenchOptions options;
    private int failures;

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
            redirect(stack.dns().management());
            for (int i = 0; i < NAMES; i++) {
                client.request(name("failing", i), failingName(i), "failing", List.of());
            }
            client.flush();
            Phase beside = issue(client, "beside", options.certificates());
            Phase after = repeated(client, "after");
            return new Result(alone, beside, after, failures);
        }
    }

    private static void redirect(URI management) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int i = 0; i < NAMES; i++) {
                String body = "{\"host\":\"%s.\",\"addresses\":[\"%s\"]}".formatted(failingName(i), REFUSING_ADDRESS);
                int status = http.send(
                                HttpRequest.newBuilder(management.resolve("/add-a"))
                                        .POST(BodyPublishers.ofString(body))
                                        .build(),
                                BodyHandlers.discarding())
                        .statusCode();
                if (status != 200) {
                    throw new IllegalStateException("the DNS part refused a record with HTTP " + status);
                }
            }
        }
    }

    private Phase issue(BenchClient client, String kind, int count) {
        Map<String, Instant> requestedAt = new HashMap<>();
        Map<String, Duration> durations = new HashMap<>();
        Instant start = Instant.now();
        for (int i = 0; i < count; i++) {
            requestedAt.put(name(kind, i), Instant.now());
            client.request(name(kind, i), name(kind, i) + ".healthy.test", "bench", List.of());
        }
        client.flush();
        while (durations.size() < count) {
            requireBefore(start.plus(LIMIT), count - durations.size() + " healthy certificates are not issued");
            for (Event event : client.events()) {
                if (event instanceof CertificateIssued issued && requestedAt.containsKey(issued.name())) {
                    durations.putIfAbsent(
                            issued.name(), Duration.between(requestedAt.get(issued.name()), Instant.now()));
                } else {
                    countRejection(event);
                }
            }
        }
        return new Phase(Duration.between(start, Instant.now()), Latencies.of(durations.values()));
    }

    /** The median by wall time. */
    private Phase repeated(BenchClient client, String kind) {
        return IntStream.range(0, REPEATS)
                .mapToObj(i -> issue(client, kind + "-" + i, options.certificates()))
                .sorted(Comparator.comparing(Phase::wall))
                .toList()
                .get(REPEATS / 2);
    }

    private void countRejection(Event event) {
        if (event instanceof OrderRejected it) {
            failures += it.problems().size();
        }
    }

    private static void requireBefore(Instant deadline, String state) {
        if (Instant.now().isAfter(deadline)) {
            throw new IllegalStateException(state + " after " + LIMIT);
        }
    }

    private static String name(String kind, int i) {
        return "%s-%05d".formatted(kind, i);
    }

    private static String failingName(int i) {
        return name("failing", i) + ".nowhere.test";
    }
}
