package dev.perennial.agent.deploy;

import dev.perennial.events.CertificateId;
import dev.perennial.events.RetryLater;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The second way to the same result: at start and on a timer every certificate of this host is looked at, so that neither a
 * missed fact nor a crash between install and reload is ever a missed certificate; and every rehearsal that has not passed is tried again.
 */
final class Reconciliation {
    private static final Logger LOG = Logger.getLogger(Reconciliation.class);
    private static final int PARALLEL = 64;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final HostBundles copies;
    private final DeploymentHandler deployments;
    private final DryRunHandler rehearsals;
    private final Duration every;

    Reconciliation(HostBundles copies, DeploymentHandler deployments, DryRunHandler rehearsals, Duration every) {
        this.copies = copies;
        this.deployments = deployments;
        this.rehearsals = rehearsals;
        this.every = every;
    }

    /** Runs until interrupted; after a failure it tries again sooner than after a success. */
    void run() {
        Duration afterFailure = FIRST_PAUSE;
        while (!Thread.currentThread().isInterrupted()) {
            boolean whole = once();
            Duration pause = whole || afterFailure.compareTo(every) > 0 ? every : afterFailure;
            afterFailure = whole ? FIRST_PAUSE : afterFailure.multipliedBy(2);
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** @return whether everything could be looked at */
    boolean once() {
        try {
            List<Look> looks = Stream.concat(copies.list().stream().map(this::compared), rehearsed())
                    .toList();
            Semaphore places = new Semaphore(PARALLEL);
            List<Boolean> looked;
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                var futures = looks.stream()
                        .map(look -> executor.submit(() -> bounded(places, look)))
                        .toList();
                looked = futures.stream().map(future -> joined(future)).toList();
            }
            return looked.stream().allMatch(Boolean::booleanValue);
        } catch (RetryLater e) {
            LOG.warnf("the reconciliation has to wait: %s", e.getMessage());
            return false;
        } catch (RuntimeException e) {
            LOG.errorf(e, "the reconciliation ended in an error");
            return false;
        }
    }

    private static boolean joined(java.util.concurrent.Future<Boolean> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** @param what for the log */
    private record Look(String what, Runnable work) {}

    private Look compared(CertificateId certificate) {
        return new Look("certificate " + certificate, () -> {
            if (deployments.reconcile(certificate)) {
                LOG.infof("the reconciliation found certificate %s different from Vault", certificate);
            }
        });
    }

    /** What is live must not wait for rehearsals, which an older policy in Vault does not let an agent list. */
    private Stream<Look> rehearsed() {
        try {
            return rehearsals.open().stream()
                    .map(order -> new Look("rehearsal " + order, () -> rehearsals.again(order)));
        } catch (RetryLater e) {
            LOG.warnf("the rehearsals have to wait: %s", e.getMessage());
            return Stream.empty();
        }
    }

    private static boolean bounded(Semaphore places, Look look) {
        places.acquireUninterruptibly();
        try {
            look.work().run();
            return true;
        } catch (RetryLater e) {
            LOG.warnf("%s has to wait: %s", look.what(), e.getMessage());
            return false;
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s could not be reconciled", look.what());
            return false;
        } finally {
            places.release();
        }
    }
}
