package dev.perennial.agent.deploy;

import dev.perennial.events.CertificateId;
import dev.perennial.events.RetryLater;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Checks every certificate of this host at start and at an interval, so that no certificate is missed after a lost
 * event or a crash between installation and reload. It also repeats each dry run that has not passed.
 */
final class Reconciliation {
    private static final Logger LOG = Logger.getLogger(Reconciliation.class);
    private static final int PARALLEL = 64;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final int JITTER_PART = 10;

    private final HostBundles bundles;
    private final DeploymentHandler deployments;
    private final DryRunHandler dryRuns;
    private final Duration every;

    Reconciliation(HostBundles bundles, DeploymentHandler deployments, DryRunHandler dryRuns, Duration every) {
        this.bundles = bundles;
        this.deployments = deployments;
        this.dryRuns = dryRuns;
        this.every = every;
    }

    /** Runs until interrupted. After a failure the pause is shorter than after a success. */
    void run() {
        Duration afterFailure = FIRST_PAUSE;
        while (!Thread.currentThread().isInterrupted()) {
            boolean complete = once();
            Duration pause = complete ? every : afterFailure;
            afterFailure = complete ? FIRST_PAUSE : doubled(afterFailure, every);
            try {
                Thread.sleep(jittered(pause, ThreadLocalRandom.current().nextDouble()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static Duration doubled(Duration pause, Duration longest) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(longest) > 0 ? longest : doubled;
    }

    /**
     * Longer by up to a tenth, so that hosts that started together do not read from Vault together for ever.
     *
     * @param random from 0 to below 1
     */
    static Duration jittered(Duration pause, double random) {
        return pause.plusMillis((long) (pause.toMillis() * random / JITTER_PART));
    }

    /**
     * An {@code Error} fails a round and not the thread: the next round reports it again.
     *
     * @return whether every check was possible
     */
    boolean once() {
        try {
            List<Check> checks = Stream.concat(bundles.list().stream().map(this::comparison), openDryRuns())
                    .toList();
            Semaphore permits = new Semaphore(PARALLEL);
            List<Boolean> results;
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                var futures = checks.stream()
                        .map(check -> executor.submit(() -> bounded(permits, check)))
                        .toList();
                results = futures.stream().map(future -> joined(future)).toList();
            }
            return results.stream().allMatch(Boolean::booleanValue);
        } catch (RetryLater e) {
            LOG.warnf("the reconciliation is postponed: %s", e.getMessage());
            return false;
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "the reconciliation failed with a defect of the agent");
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

    /** @param subject for the log */
    private record Check(String subject, Runnable work) {}

    private Check comparison(CertificateId certificate) {
        return new Check("certificate " + certificate, () -> {
            if (deployments.reconcile(certificate)) {
                LOG.infof("certificate %s differed from Vault; it was deployed", certificate);
            }
        });
    }

    /**
     * Older policies in Vault do not allow the agent to list rehearsals; the checks of live certificates must not
     * depend on it.
     */
    private Stream<Check> openDryRuns() {
        try {
            return dryRuns.open().stream().map(order -> new Check("rehearsal " + order, () -> dryRuns.retry(order)));
        } catch (RetryLater e) {
            LOG.warnf("the dry runs are postponed: %s", e.getMessage());
            return Stream.empty();
        }
    }

    private static boolean bounded(Semaphore permits, Check check) {
        permits.acquireUninterruptibly();
        try {
            check.work().run();
            return true;
        } catch (RetryLater e) {
            LOG.warnf("%s is postponed: %s", check.subject(), e.getMessage());
            return false;
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "%s could not be reconciled", check.subject());
            return false;
        } finally {
            permits.release();
        }
    }
}
