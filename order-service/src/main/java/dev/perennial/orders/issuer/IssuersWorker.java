package dev.perennial.orders.issuer;

import dev.perennial.orders.scheduling.WakeupSignal;
import dev.perennial.orders.scheduling.Worker;
import dev.perennial.rules.requests.Policy;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Loads the issuers before the first request is processed, and polls for changes by other replicas. */
@ApplicationScoped
class IssuersWorker {
    private static final Logger LOG = Logger.getLogger(IssuersWorker.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    /** How long a record that was published late may remain the latest of its key. */
    private static final Duration BETWEEN_PUBLICATIONS = Duration.ofHours(1);
    /** Starts before the channels, which have priority 1000. */
    private static final int FIRST = 100;

    private final IssuerChanges changes;
    private final IssuerRegistry registry;
    private final Policy policy;
    private final Worker worker;
    private final Worker publisher;
    private boolean started;

    IssuersWorker(IssuerChanges changes, IssuerRegistry registry, Policy policy) {
        this.changes = changes;
        this.registry = registry;
        this.policy = policy;
        this.worker = new Worker("issuers", new WakeupSignal(), POLL, () -> {
            registry.refresh();
            return false;
        });
        this.publisher =
                new Worker("issuer-publications", new WakeupSignal(), BETWEEN_PUBLICATIONS, this::publishAgain);
    }

    /** The start has published them already. */
    private boolean publishAgain() {
        if (started) {
            changes.publishAgain();
        }
        started = true;
        return false;
    }

    void start(@Observes @Priority(FIRST) StartupEvent event) {
        changes.start();
        if (registry.find(policy.defaultIssuer()).isEmpty()) {
            LOG.warnf(
                    "the issuer '%s' (perennial.requests.default-issuer) does not exist; existing: %s. Requests without an issuer are refused until it is created",
                    policy.defaultIssuer(), registry.names());
        }
        worker.start();
        publisher.start();
    }

    void stop(@Observes ShutdownEvent event) {
        worker.close();
        publisher.close();
    }
}
