package dev.perennial.agent.deploy;

import dev.perennial.events.CertificateId;
import dev.perennial.events.RetryLater;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * The second way to the same result: at start and on a timer every certificate of this host is looked at, so that neither a
 * missed fact nor a crash between install and reload is ever a missed certificate.
 */
final class Reconciliation {
    private static final Logger LOG = Logger.getLogger(Reconciliation.class);
    private static final int PARALLEL = 64;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final HostCopies copies;
    private final Deployments deployments;
    private final Duration every;

    Reconciliation(HostCopies copies, Deployments deployments, Duration every) {
        this.copies = copies;
        this.deployments = deployments;
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

    /** @return whether every certificate could be looked at */
    boolean once() {
        try {
            List<CertificateId> certificates = copies.list();
            Semaphore places = new Semaphore(PARALLEL);
            List<Boolean> looked;
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                var futures = certificates.stream()
                        .map(certificate -> executor.submit(() -> bounded(places, certificate)))
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

    private boolean bounded(Semaphore places, CertificateId certificate) {
        places.acquireUninterruptibly();
        try {
            if (deployments.reconcile(certificate)) {
                LOG.infof("the reconciliation found certificate %s different from Vault", certificate);
            }
            return true;
        } catch (RetryLater e) {
            LOG.warnf("certificate %s has to wait: %s", certificate, e.getMessage());
            return false;
        } catch (RuntimeException e) {
            LOG.errorf(e, "certificate %s could not be reconciled", certificate);
            return false;
        } finally {
            places.release();
        }
    }
}
