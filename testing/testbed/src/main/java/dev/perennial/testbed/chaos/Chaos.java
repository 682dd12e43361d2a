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
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** One run: certificates go through while the plan is carried out, all is mended, and the promises are checked. */
public final class Chaos {
    /** After the last disturbance, for orders that wait for another try. */
    private static final Duration SETTLE = Duration.ofMinutes(5);
    /** For what is tidied up after a certificate is there: acknowledgements, records, tokens. */
    private static final Duration TIDY = Duration.ofSeconds(45);

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int LOOKS_A_LINE = 10;

    private final ChaosOptions options;
    private final FaultPlan plan;
    private final List<Intent> intents;
    private final Stack stack;
    private final EventLog log;
    private final Map<FaultTarget, ProcessSupervisor> keepers = new EnumMap<>(FaultTarget.class);

    private Chaos(ChaosOptions options, FaultPlan plan, List<Intent> intents, Stack stack, EventLog log) {
        this.options = options;
        this.plan = plan;
        this.intents = intents;
        this.stack = stack;
        this.log = log;
    }

    /** Starts a stack of its own, and tells on {@code out} what happens. Its logs are kept in {@code target}. */
    public static ChaosReport run(ChaosOptions options, PrintStream out) {
        out.println("repeat with: " + options.command());
        FaultPlan plan = FaultPlan.of(options.seed(), options.minutes());
        List<Intent> intents = Intents.of(options.certificates(), options.time());
        try (Stack stack = stack(intents).progress(Progress.lines(out)).start();
                LoadGenerator load = new LoadGenerator(stack)) {
            warmUp(stack, load, intents.getFirst());
            return new Chaos(options, plan, intents, stack, new EventLog(out)).run(load);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the run was interrupted", e);
        }
    }

    /** The first certificate goes through in peace: what breaks after that breaks something that works. */
    private static void warmUp(Stack stack, LoadGenerator load, Intent first) {
        load.ask(first);
        InventoryReader inventory = new InventoryReader(stack);
        if (!Await.until(SETTLE, () -> inventory.deployed() == 1)) {
            throw new PartFailedException(
                    "chaos", "the first certificate was not deployed, although nothing was broken yet");
        }
    }

    /** Pauses that are minutes in production are seconds here; everything else is as it is shipped. */
    private static StackBuilder stack(List<Intent> intents) {
        return Stack.builder()
                .sites(intents.stream().map(Intent::site).toList())
                .bind(Zone.onLoopback(Intents.BY_HTTP))
                .cuttable()
                .tracingLogged()
                .issuer(Map.of("requestTimeout", "PT5S"))
                // Far away, so that there is always something under way.
                .ca(ca -> ca.withRoundTrip(Duration.ofMillis(500)))
                .serviceProperty("order-service", "perennial.policy.wildcard-suffixes", Intents.BY_DNS)
                .serviceProperty("order-service", "perennial.placing.lease-timeout", "15s")
                .serviceProperty("order-service", "perennial.supervision.attempt-retry-intervals", "1s,2s,5s")
                .serviceProperty("order-service", "perennial.supervision.proof-retry-intervals", "1s,2s,5s")
                .serviceProperty("order-service", "perennial.supervision.placement-retry-intervals", "1s,2s,5s")
                // A name fails more often here in a minute than elsewhere in a year.
                .serviceProperty("order-service", "perennial.quarantine.max-failures", "100")
                .serviceProperty("validation-service", "perennial.validation.next-attempt-interval", "1s")
                .serviceProperty("validation-service", "perennial.challenges[0].suffix", Intents.BY_DNS)
                .serviceProperty("validation-service", "perennial.challenges[0].methods", "dns-01")
                .serviceProperty("validation-service", "perennial.challenges[1].suffix", Intents.BY_TLS)
                .serviceProperty("validation-service", "perennial.challenges[1].methods", "tls-alpn-01")
                .serviceProperty("validation-service", "perennial.challenges[2].suffix", Intents.BY_HTTP)
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
        log.tell("one of " + intents.size() + " certificates is deployed; "
                + plan.disturbances().size() + " disturbances in "
                + plan.length().toSeconds() + " s");
        FaultTarget.services()
                .forEach(service ->
                        keepers.put(service, new ProcessSupervisor(stack.service(service.toString()), log::tell)));
        try {
            disturb(load);
            settle();
            return check();
        } finally {
            for (ProcessSupervisor keeper : keepers.values()) {
                keeper.close();
            }
        }
    }

    /** Returns when everything was asked for and everything is mended. */
    private void disturb(LoadGenerator load) throws InterruptedException {
        FaultInjector injector = new FaultInjector(stack, keepers);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            intents.stream()
                    .skip(1)
                    .forEach(intent -> all.add(threads.submit(() -> {
                        until(intent.at());
                        load.ask(intent);
                    })));
            // One thread for the parts: it mends one before it touches the next, however late that is.
            all.add(threads.submit(() -> plan.disturbances().stream()
                    .filter(next -> !next.victim().isService())
                    .forEach(next -> suffer(injector, next))));
            plan.disturbances().stream()
                    .filter(next -> next.victim().isService())
                    .forEach(next -> all.add(threads.submit(() -> suffer(injector, next))));
            for (Future<?> one : all) {
                get(one);
            }
        }
    }

    private void suffer(FaultInjector injector, PlannedFault disturbance) {
        until(disturbance.at());
        log.tell(disturbance.victim() + " " + disturbance.blow());
        Duration begin = log.time();
        Runnable mend = injector.strike(disturbance);
        until(begin.plus(disturbance.lasts()));
        mend.run();
        log.tell(disturbance.victim()
                + " is let go after %.1f s".formatted(log.time().minus(begin).toMillis() / 1e3));
    }

    private void until(Duration time) {
        Duration left = time.minus(log.time());
        while (left.isPositive() && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(left.toNanos());
            left = time.minus(log.time());
        }
    }

    private void settle() {
        log.tell("all is mended");
        InventoryReader inventory = new InventoryReader(stack);
        Duration giveUp = log.time().plus(SETTLE);
        long deployed = 0;
        for (int look = 0; deployed < intents.size() && log.time().compareTo(giveUp) < 0; look++) {
            deployed = inventory.deployed();
            if (look % LOOKS_A_LINE == 0 || deployed == intents.size()) {
                log.tell(deployed + " of " + intents.size() + " certificates are deployed");
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private ChaosReport check() {
        Map<String, List<String>> violations = new LinkedHashMap<>();
        new Invariants(stack, intents).all().forEach(promise -> violations.put(promise.name(), violations(promise)));
        keepLogs();
        return new ChaosReport(options.command(), log.text(), violations);
    }

    private List<String> violations(Invariant promise) {
        Duration giveUp = log.time().plus(TIDY);
        List<String> seen = promise.violations().get();
        if (!seen.isEmpty()) {
            log.tell("not yet: " + promise.name() + ": " + seen.getFirst());
        }
        while (!seen.isEmpty() && log.time().compareTo(giveUp) < 0) {
            LockSupport.parkNanos(LOOK.toNanos());
            seen = promise.violations().get();
        }
        log.tell((seen.isEmpty() ? "kept: " : "BROKEN: ") + promise.name());
        return seen;
    }

    private void keepLogs() {
        Path kept = Checkout.find().root().resolve("target/chaos-" + options.seed());
        try (var logs = Files.list(stack.run().logs())) {
            Files.createDirectories(kept);
            for (Path log : logs.toList()) {
                Files.copy(log, kept.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
            log.tell("the logs are kept in " + kept);
        } catch (IOException e) {
            log.tell("the logs could not be kept: " + e);
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
