package dev.perennial.orders.placement;

import dev.perennial.acme.AcmeAccounts;
import dev.perennial.acme.AcmeAccounts.Registration;
import dev.perennial.acme.Issuers;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Change;
import dev.perennial.orders.scheduling.WakeupSignal;
import dev.perennial.orders.scheduling.Wakeups;
import dev.perennial.orders.scheduling.Worker;
import dev.perennial.platform.messaging.Retry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Runs placer and supervisor for the lifetime of the process, and registers accounts before the first order. */
@ApplicationScoped
class PlacementWorkers {
    private static final Logger LOG = Logger.getLogger(PlacementWorkers.class);
    private static final Retry WARM_UP =
            new Retry(Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ofMinutes(10));

    private static final Duration ISSUER_POLL_INTERVAL = Duration.ofSeconds(1);
    private static final Duration UNRESOLVED_ORDER_POLL_INTERVAL = Duration.ofSeconds(30);

    private final AcmeAccounts accounts;
    private final Issuers issuers;
    private final Clock clock;
    private final List<Worker> workers;
    private final Map<String, WarmUp> warmUps = new ConcurrentHashMap<>();

    private record WarmUp(IssuerSettings settings, Thread thread) {}

    PlacementWorkers(
            Placer placer,
            Supervisor supervisor,
            UnresolvedOrderCheck unresolvedOrders,
            AcmeAccounts accounts,
            Issuers issuers,
            PlacementConfig config,
            Wakeups wakeups,
            Clock clock) {
        this.accounts = accounts;
        this.issuers = issuers;
        this.clock = clock;
        this.workers = List.of(
                new Worker("placer", wakeups.on(Change.ORDER_DUE), config.pollInterval(), placer::round),
                new Worker("supervisor", new WakeupSignal(), config.supervisionInterval(), supervisor::round),
                new Worker("left orders", new WakeupSignal(), UNRESOLVED_ORDER_POLL_INTERVAL, unresolvedOrders::round),
                new Worker("accounts", new WakeupSignal(), ISSUER_POLL_INTERVAL, this::warmUpNew));
    }

    void start(@Observes StartupEvent event) {
        workers.forEach(Worker::start);
    }

    /** Includes issuers that are created or changed while the process runs. */
    private boolean warmUpNew() {
        for (String name : issuers.names()) {
            issuers.find(name)
                    .ifPresent(settings -> warmUps.compute(
                            name,
                            (any, before) -> before != null && before.settings().equals(settings)
                                    ? before
                                    : startWarmUp(settings, before)));
        }
        return false;
    }

    private WarmUp startWarmUp(IssuerSettings settings, WarmUp before) {
        if (before != null) {
            before.thread().interrupt();
        }
        String name = settings.name();
        return new WarmUp(settings, Thread.ofVirtual().name("account-" + name).start(() -> warmUp(name)));
    }

    private void warmUp(String issuer) {
        try {
            WARM_UP.call("the account at " + issuer, clock, () -> accounts.of(issuer, Registration.IF_ABSENT));
            LOG.infof("the account at %s is ready", issuer);
        } catch (RetryLater e) {
            LOG.warnf(
                    "the account at %s is not registered yet: %s; its first order registers it",
                    issuer, e.getMessage());
        } catch (IllegalStateException e) {
            LOG.debugf(e, "the account at %s is not needed any more", issuer);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        workers.forEach(Worker::close);
        warmUps.values().forEach(warmUp -> warmUp.thread().interrupt());
    }
}
