package dev.perennial.testbed.chaos;

import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.Progress;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.StackBuilder;
import dev.perennial.testbed.dns.Zone;
import dev.perennial.testbed.fleet.Fleet;
import dev.perennial.testbed.process.Await;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** One run: injects the planned faults while certificates are issued, ends all faults, and checks the invariants. */
public final class Chaos {
    /** After the last fault, for orders that wait for their next attempt. */
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(5);
    /** For the cleanup after a deployment: acknowledgements, records, tokens. */
    private static final Duration CLEANUP_LIMIT = Duration.ofSeconds(45);

    private static final int HOST_DISK_MEGABYTES = 32;

    private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
    private static final int POLLS_PER_LINE = 10;

    private final ChaosOptions options;
    private final FaultPlan plan;
    private final List<Intent> intents;
    private final Stack stack;
    private final EventLog log;
    private final Map<FaultTarget, ProcessSupervisor> supervisors = new EnumMap<>(FaultTarget.class);
    private final Collection<InjectedFault> injected = new ConcurrentLinkedQueue<>();

    private Chaos(ChaosOptions options, FaultPlan plan, List<Intent> intents, Stack stack, EventLog log) {
        this.options = options;
        this.plan = plan;
        this.intents = intents;
        this.stack = stack;
        this.log = log;
    }

    /** Starts its own stack and reports progress on {@code out}. The logs are kept in {@code target}. */
    public static ChaosReport run(ChaosOptions options, PrintStream out) {
        out.println("repeat with: " + options.command());
        FaultPlan plan = FaultPlan.of(options.seed(), options.rounds(), options.length());
        List<Intent> intents = Intents.of(options.certificates(), options.time(), options.length());
        try (Stack stack = stack(intents, options.length())
                        .progress(Progress.lines(out))
                        .start();
                LoadGenerator load = new LoadGenerator(stack)) {
            warmUp(stack, load, intents.getFirst());
            return new Chaos(options, plan, intents, stack, new EventLog(out)).run(load);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the run was interrupted", e);
        }
    }

    /** Deploys the first certificate without faults, which proves that the stack works. */
    private static void warmUp(Stack stack, LoadGenerator load, Intent first) {
        load.request(first);
        InventoryReader inventory = new InventoryReader(stack);
        if (!Await.until(SETTLE_LIMIT, () -> inventory.deployed() == 1)) {
            throw new PartFailedException(
                    "chaos", "the first certificate was not deployed, although no fault was injected yet");
        }
    }

    private static StackBuilder stack(List<Intent> intents, OutageLength length) {
        StackBuilder stack = stack(intents);
        return switch (length) {
            case SHORT -> stack;
            case LONG -> withHostDisk(withShortLimits(stack).replicas(2).simulatedClocks());
        };
    }

    /** Only {@code ./perennial chaos} as root has the mounts of a namespace of its own. */
    private static StackBuilder withHostDisk(StackBuilder stack) {
        return Boolean.getBoolean("perennial.mounts") ? stack.hostDisk(HOST_DISK_MEGABYTES) : stack;
    }

    /** Time limits below the length of the outages, as an outage of hours exceeds the limits of production. */
    private static StackBuilder withShortLimits(StackBuilder stack) {
        stack.serviceProperty("order-service", "perennial.supervision.step-timeout", "10s")
                .serviceProperty("validation-service", "perennial.validation.retry-timeout", "3s")
                .serviceProperty("validation-service", "perennial.validation.authorization-timeout", "4s")
                // Shorter than an outage of DNS, so that expired responses are withdrawn, too.
                .serviceProperty("validation-service", "perennial.validation.withdrawal-timeout", "5s")
                // The half is longer than a service is frozen. A response of a crashed replica is withdrawn at most
                // this time
                // and some seconds after the restart of the last replica, which is within CLEANUP_LIMIT.
                .serviceProperty("validation-service", "perennial.validation.challenge-retention", "30s")
                .serviceProperty("issuance-service", "perennial.issuance.retry-timeout", "3s")
                .serviceProperty("issuance-service", "perennial.issuance.issue-timeout", "4s");
        Map<String, List<String>> channels = Map.of(
                "order-service", List.of("orders", "issuers"),
                "validation-service", List.of("validations", "presented"),
                "issuance-service", List.of("issuances"),
                "deploy-agent", List.of("deployments"));
        channels.forEach((service, names) -> names.forEach(name -> {
            String prefix = "mp.messaging.outgoing." + name + ".";
            stack.serviceProperty(service, prefix + "delivery.timeout.ms", "5000")
                    .serviceProperty(service, prefix + "request.timeout.ms", "2000")
                    .serviceProperty(service, prefix + "max.block.ms", "2000");
        }));
        return stack;
    }

    /** Shortens retry intervals from minutes to seconds; every other setting has its default. */
    private static StackBuilder stack(List<Intent> intents) {
        return Stack.builder()
                .sites(intents.stream().map(Intent::site).toList())
                .bind(Zone.onLoopback(Intents.HTTP_DOMAIN))
                .cuttable()
                .vaultOnDisk()
                .tracingLogged()
                .issuer(Map.of("requestTimeout", "PT5S"))
                // A long round trip, so that orders are in flight at any time.
                .ca(ca -> ca.withRoundTrip(Duration.ofMillis(500)))
                .serviceProperty("order-service", "perennial.policy.wildcard-suffixes", Intents.DNS_DOMAIN)
                .serviceProperty("order-service", "perennial.placement.lease-timeout", "15s")
                .serviceProperty("order-service", "perennial.supervision.attempt-retry-intervals", "1s,2s,5s")
                .serviceProperty("order-service", "perennial.supervision.proof-retry-intervals", "1s,2s,5s")
                .serviceProperty("order-service", "perennial.supervision.placement-retry-intervals", "1s,2s,5s")
                // Here a name fails more often in a minute than in production in a year.
                .serviceProperty("order-service", "perennial.quarantine.max-failures", "100")
                .serviceProperty("validation-service", "perennial.validation.next-attempt-interval", "1s")
                .serviceProperty("validation-service", "perennial.challenges[0].suffix", Intents.DNS_DOMAIN)
                .serviceProperty("validation-service", "perennial.challenges[0].methods", "dns-01")
                .serviceProperty("validation-service", "perennial.challenges[1].suffix", Intents.TLS_ALPN_DOMAIN)
                .serviceProperty("validation-service", "perennial.challenges[1].methods", "tls-alpn-01")
                .serviceProperty("validation-service", "perennial.challenges[2].suffix", Intents.HTTP_DOMAIN)
                .serviceProperty("validation-service", "perennial.challenges[2].methods", "http-01")
                .serviceProperty(
                        "validation-service",
                        "perennial.dns-providers." + Fleet.DNS_PROVIDER + ".propagation-timeout",
                        "20s")
                .serviceProperty("issuance-service", "perennial.issuance.next-attempt-interval", "1s")
                .serviceProperty("issuance-service", "perennial.issuance.max-retry-interval", "5s")
                .serviceProperty("deploy-agent", "perennial.agent.reconcile-interval", "10s");
    }

    private ChaosReport run(LoadGenerator load) throws InterruptedException {
        log.add("1 of " + intents.size() + " certificates is deployed; "
                + plan.faults().size() + " faults in "
                + plan.length().toSeconds() + " s");
        FaultTarget.services(options.length())
                .forEach(service ->
                        supervisors.put(service, new ProcessSupervisor(stack.service(service.toString()), log::add)));
        try {
            injectFaults(load);
            settle();
            return check();
        } finally {
            for (ProcessSupervisor supervisor : supervisors.values()) {
                supervisor.close();
            }
        }
    }

    /** Returns when all certificates have been requested and all faults have ended. */
    private void injectFaults(LoadGenerator load) throws InterruptedException {
        FaultInjector injector = new FaultInjector(stack, supervisors, log::add);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            intents.stream()
                    .skip(1)
                    .forEach(intent -> all.add(threads.submit(() -> {
                        until(intent.at());
                        load.request(intent);
                    })));
            // A single thread for the parts: a fault ends before the next one begins, even if it ends late.
            all.add(threads.submit(() -> plan.faults().stream()
                    .filter(next -> !next.target().isService())
                    .forEach(next -> inject(injector, next))));
            plan.faults().stream()
                    .filter(next -> next.target().isService())
                    .forEach(next -> all.add(threads.submit(() -> inject(injector, next))));
            for (Future<?> one : all) {
                get(one);
            }
        }
    }

    private void inject(FaultInjector injector, PlannedFault planned) {
        until(planned.at());
        log.add(planned.target() + " " + planned.fault());
        Duration begin = log.time();
        Optional<Runnable> end = injector.inject(planned);
        if (end.isEmpty()) {
            return;
        }
        injected.add(planned.fault());
        until(begin.plus(planned.duration()));
        end.get().run();
        log.add(planned.target()
                + ": fault ended after %.1f s".formatted(log.time().minus(begin).toMillis() / 1e3));
    }

    private void until(Duration time) {
        Duration left = time.minus(log.time());
        while (left.isPositive() && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(left.toNanos());
            left = time.minus(log.time());
        }
    }

    private void settle() {
        log.add("all faults have ended");
        InventoryReader inventory = new InventoryReader(stack);
        Duration deadline = log.time().plus(SETTLE_LIMIT);
        long deployed = 0;
        for (int poll = 0; deployed < intents.size() && log.time().compareTo(deadline) < 0; poll++) {
            deployed = inventory.deployed();
            if (poll % POLLS_PER_LINE == 0 || deployed == intents.size()) {
                log.add(deployed + " of " + intents.size() + " certificates are deployed");
            }
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
    }

    private ChaosReport check() {
        Map<String, List<String>> violations = new LinkedHashMap<>();
        new Invariants(stack, intents)
                .all()
                .forEach(invariant -> violations.put(invariant.name(), violations(invariant)));
        keepLogs();
        return new ChaosReport(options.command(), log.text(), summary(), violations);
    }

    private String summary() {
        Map<InjectedFault, Integer> counts = new EnumMap<>(InjectedFault.class);
        injected.forEach(fault -> counts.merge(fault, 1, Integer::sum));
        return "seed %d: %d certificates; %d of %d planned faults were injected: %s"
                .formatted(
                        options.seed(),
                        intents.size(),
                        injected.size(),
                        plan.faults().size(),
                        counts.entrySet().stream()
                                .map(entry -> "%s (%d)".formatted(entry.getKey(), entry.getValue()))
                                .collect(Collectors.joining(", ")));
    }

    private List<String> violations(Invariant invariant) {
        Duration deadline = log.time().plus(CLEANUP_LIMIT);
        List<String> found = invariant.violations().get();
        if (!found.isEmpty()) {
            log.add("does not hold yet: " + invariant.name() + ": " + found.getFirst());
        }
        while (!found.isEmpty() && log.time().compareTo(deadline) < 0) {
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
            found = invariant.violations().get();
        }
        log.add((found.isEmpty() ? "holds: " : "VIOLATED: ") + invariant.name());
        return found;
    }

    private void keepLogs() {
        Path kept = Checkout.find().root().resolve("target/chaos-" + options.seed());
        try (var logs = Files.list(stack.run().logs())) {
            Files.createDirectories(kept);
            for (Path log : logs.toList()) {
                Files.copy(log, kept.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
            log.add("the logs are in " + kept);
        } catch (IOException e) {
            log.add("the logs could not be copied: " + e);
        }
    }

    private static void get(Future<?> one) throws InterruptedException {
        try {
            one.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }
}
