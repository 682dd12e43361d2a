package dev.perennial.bench;

import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.DeploymentFailed;
import dev.perennial.events.DeploymentRolledBack;
import dev.perennial.testbed.Progress;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.ca.RequestKind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Measures the fleet from the request event to the proven handshake, with all processes on this machine. */
final class FleetRun {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /**
     * @param wall time from the first request to the last proof
     * @param issued time from the first request to the last certificate in Vault
     * @param requestsPerCertificate requests to the CA, without new nonces and the directory
     */
    record Result(
            int certificates,
            Duration wall,
            Duration issued,
            Latencies underLoad,
            Map<String, ProcessCosts.Cost> costs,
            double requestsPerCertificate) {}

    private static final int WARM_SITES = 30;

    private final BenchOptions options;
    private final Duration roundTrip;

    FleetRun(BenchOptions options, Duration roundTrip) {
        this.options = options;
        this.roundTrip = roundTrip;
    }

    Result run(Progress progress) {
        int all = WARM_SITES + options.certificates();
        try (Stack stack = Stack.builder()
                        .sites(sites(all))
                        .ca(ca ->
                                ca.withNonceReject(0).withAuthorizationReuse(0).withRoundTrip(roundTrip))
                        .tracingDropped()
                        .progress(progress)
                        .start();
                BenchClient client = new BenchClient(stack.bootstrapServers(), stack.host())) {
            warmUp(client);
            Map<String, ProcessCosts.Cost> before = ProcessCosts.of(stack);
            long requestsBefore = stack.counts().total() - overhead(stack);
            Instant start = Instant.now();
            Times times = issue(client, WARM_SITES, options.certificates());
            Duration wall = Duration.between(start, Instant.now());
            long requests = stack.counts().total() - overhead(stack) - requestsBefore;
            return new Result(
                    options.certificates(),
                    wall,
                    Duration.between(start, times.lastIssued()),
                    Latencies.of(times.deployed().values()),
                    ProcessCosts.difference(before, ProcessCosts.of(stack)),
                    (double) requests / options.certificates());
        }
    }

    /** Mostly without a target: sites of the warm-up would slow down every reload of the measured part. */
    private void warmUp(BenchClient client) {
        issue(client, 0, WARM_SITES);
        Set<String> open = new HashSet<>();
        for (int i = 0; i < options.warmUp(); i++) {
            String name = "warm-%05d".formatted(i);
            open.add(name);
            client.request(name, name + ".demo.test", List.of());
        }
        client.flush();
        Instant deadline = Instant.now().plus(LIMIT);
        while (!open.isEmpty()) {
            for (var event : client.events()) {
                if (event instanceof CertificateIssued issued) {
                    open.remove(issued.name());
                }
            }
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException(
                        open.size() + " certificates of the warm-up were not issued within " + LIMIT);
            }
        }
    }

    private static long overhead(Stack stack) {
        return stack.counts().of(RequestKind.NEW_NONCE) + stack.counts().of(RequestKind.DIRECTORY);
    }

    static List<Site> sites(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Site.of(name(i), dnsName(i)))
                .toList();
    }

    /** @param deployed time from request to proof, by certificate name */
    record Times(Map<String, Duration> deployed, Instant lastIssued) {}

    static Times issue(BenchClient client, int from, int count) {
        Map<String, Instant> requestedAt = new HashMap<>();
        Map<String, Duration> durations = new HashMap<>();
        Set<String> open = new HashSet<>();
        Instant deadline = Instant.now().plus(LIMIT);
        Instant lastIssued = deadline;
        for (int i = from; i < from + count; i++) {
            requestedAt.put(name(i), Instant.now());
            open.add(name(i));
            client.request(name(i), dnsName(i));
        }
        client.flush();
        while (!open.isEmpty()) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException(open.size() + " of " + count + " certificates were not deployed within "
                        + LIMIT + ", for example " + open.iterator().next());
            }
            for (var event : client.events()) {
                switch (event) {
                    case CertificateDeployed deployed
                    when open.remove(deployed.name()) ->
                        durations.put(
                                deployed.name(), Duration.between(requestedAt.get(deployed.name()), Instant.now()));
                    case CertificateIssued issued -> lastIssued = Instant.now();
                    case DeploymentFailed failed -> throw new IllegalStateException(failed.toString());
                    case DeploymentRolledBack rolledBack -> throw new IllegalStateException(rolledBack.toString());
                    default -> {}
                }
            }
        }
        return new Times(durations, lastIssued);
    }

    private static String name(int i) {
        return "bench-%05d".formatted(i);
    }

    private static String dnsName(int i) {
        return name(i) + ".demo.test";
    }
}
