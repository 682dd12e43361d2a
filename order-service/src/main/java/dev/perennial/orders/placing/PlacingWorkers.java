package dev.perennial.orders.placing;

import dev.perennial.acme.AcmeAccounts;
import dev.perennial.acme.AcmeAccounts.Registration;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.work.Signal;
import dev.perennial.orders.work.Wakeups;
import dev.perennial.orders.work.Worker;
import dev.perennial.platform.messaging.Patience;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** Keeps placer and supervisor going for the life of the process, and has the accounts ready before the first order. */
@ApplicationScoped
class PlacingWorkers {
    private static final Logger LOG = Logger.getLogger(PlacingWorkers.class);
    private static final Patience WARM_UP =
            new Patience(Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ofMinutes(10));

    private final AcmeAccounts accounts;
    private final Clock clock;
    private final List<Worker> workers;
    private final List<Thread> warmUps = new ArrayList<>();

    PlacingWorkers(
            Placer placer,
            Supervisor supervisor,
            AcmeAccounts accounts,
            PlacingConfig config,
            Wakeups wakeups,
            Clock clock) {
        this.accounts = accounts;
        this.clock = clock;
        this.workers = List.of(
                new Worker("placer", wakeups.orderDue(), config.poll(), placer::round),
                new Worker("supervisor", new Signal(), config.supervise(), supervisor::round));
    }

    void start(@Observes StartupEvent event) {
        for (String issuer : accounts.issuers()) {
            warmUps.add(Thread.ofVirtual().name("account-" + issuer).start(() -> warmUp(issuer)));
        }
        workers.forEach(Worker::start);
    }

    private void warmUp(String issuer) {
        try {
            WARM_UP.insist("the account at " + issuer, clock, () -> accounts.of(issuer, Registration.IF_ABSENT));
            LOG.infof("the account at %s is ready", issuer);
        } catch (RetryLater e) {
            LOG.warnf("no account at %s yet; its first order will try again: %s", issuer, e.getMessage());
        } catch (IllegalStateException e) {
            LOG.debugf(e, "the account at %s is not needed any more", issuer);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        warmUps.forEach(Thread::interrupt);
        workers.forEach(Worker::close);
    }
}
