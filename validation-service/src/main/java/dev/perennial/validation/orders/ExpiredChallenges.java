package dev.perennial.validation.orders;

import dev.perennial.acme.Authorization;
import dev.perennial.events.ChallengePresented;
import dev.perennial.events.RetryLater;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.validation.challenges.ChallengeLease;
import dev.perennial.validation.challenges.ChallengeLeases;
import dev.perennial.validation.challenges.ChallengePublisher;
import dev.perennial.validation.challenges.ChallengeSolver;
import dev.perennial.validation.challenges.PresentationException;
import dev.perennial.validation.selection.IssuerChallengeRules;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Withdraws the responses that no delivery withdrew: their process crashed, or the target was unavailable for longer
 * than {@code perennial.validation.withdrawal-timeout}. Extends the leases of the responses that a delivery of this
 * replica still uses. Every replica does this; a withdrawal is idempotent.
 */
@ApplicationScoped
class ExpiredChallenges {
    private static final Logger LOG = Logger.getLogger(ExpiredChallenges.class);
    private static final long INTERVAL_SECONDS = 1;
    /** Withdrawals at the same time. A provider that does not answer delays only further withdrawals. */
    static final int MAX_WITHDRAWALS = 32;

    /** A withdrawal does not contact the CA. */
    private static final URI NO_URL = URI.create("");

    private final ChallengeLeases leases;
    private final ChallengePublisher publisher;
    private final List<ChallengeSolver> solvers;
    private final IssuerChallengeRules rules;
    private final ChallengeUses uses;
    private final Executor workers;
    private final Semaphore permits = new Semaphore(MAX_WITHDRAWALS);
    private final Set<String> inProgress = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());

    @Inject
    ExpiredChallenges(
            ChallengeLeases leases,
            ChallengePublisher publisher,
            @Any Instance<ChallengeSolver> solvers,
            IssuerChallengeRules rules,
            ChallengeUses uses) {
        this(leases, publisher, solvers.stream().toList(), rules, uses, Executors.newVirtualThreadPerTaskExecutor());
    }

    ExpiredChallenges(
            ChallengeLeases leases,
            ChallengePublisher publisher,
            List<ChallengeSolver> solvers,
            IssuerChallengeRules rules,
            ChallengeUses uses,
            Executor workers) {
        this.leases = leases;
        this.publisher = publisher;
        this.solvers = List.copyOf(solvers);
        this.rules = rules;
        this.uses = uses;
        this.workers = workers;
    }

    void start(@Observes StartupEvent starting) {
        // A sweep throws no exception.
        var unused = timer.scheduleWithFixedDelay(this::sweep, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent stopping) {
        timer.shutdownNow();
        if (workers instanceof ExecutorService service) {
            service.shutdownNow();
        }
    }

    /** Takes the due step of every lease. */
    void sweep() {
        for (ChallengeLease lease : leases.due()) {
            if (inProgress.contains(lease.presented().key())) {
                continue;
            }
            try {
                step(lease);
            } catch (RuntimeException defect) {
                discard(lease, defect);
            }
        }
    }

    private void step(ChallengeLease lease) {
        Optional<ChallengeCandidate> found = candidate(lease.presented());
        if (found.isEmpty()) {
            leases.end(lease);
            return;
        }
        ChallengeCandidate candidate = found.get();
        switch (lease.step(uses.contains(candidate), leases.now(), random())) {
            case ChallengeLease.Wait(ChallengeLease next) -> leases.replace(lease, next);
            case ChallengeLease.Extend(ChallengeLease next) -> {
                leases.replace(lease, next);
                // If the delivery withdraws the response meanwhile, this lease ends like that of a crashed replica.
                run(
                        lease,
                        () -> publisher.present(
                                lease.presented().identifier(),
                                candidate.challenge(),
                                lease.presented().issuer()));
            }
            case ChallengeLease.Withdraw() -> {
                if (permits.tryAcquire()) {
                    run(lease, () -> {
                        try {
                            withdraw(lease, candidate);
                        } finally {
                            permits.release();
                        }
                    });
                }
            }
        }
    }

    private void run(ChallengeLease lease, Runnable work) {
        String key = lease.presented().key();
        inProgress.add(key);
        workers.execute(() -> {
            try {
                work.run();
            } catch (RuntimeException defect) {
                discard(lease, defect);
            } finally {
                inProgress.remove(key);
            }
        });
    }

    private void withdraw(ChallengeLease lease, ChallengeCandidate candidate) {
        if (uses.contains(candidate) || !leases.isCurrent(lease)) {
            return;
        }
        try {
            candidate.withdraw();
            leases.end(lease);
            LOG.infof("withdrew the expired %s response of %s", type(lease), name(lease));
        } catch (RetryLater e) {
            retry(lease, false, e.getMessage());
        } catch (PresentationException e) {
            retry(lease, true, e.getMessage());
        }
    }

    private void retry(ChallengeLease lease, boolean refused, String reason) {
        ChallengeLease next = lease.afterFailure(refused, leases.now(), random());
        if (next.isRefused()) {
            LOG.warnf(
                    "the expired %s response of %s could not be withdrawn (%s); it is harmless, and you can delete it",
                    type(lease), name(lease), reason);
            publisher.withdraw(challenge(lease.presented()));
            leases.end(lease);
            return;
        }
        if (lease.failures() == 0) {
            LOG.warnf(
                    "the withdrawal of the expired %s response of %s failed: %s; it is repeated until it succeeds",
                    type(lease), name(lease), reason);
        }
        leases.replace(lease, next);
    }

    /** A restart reads the response again. */
    private void discard(ChallengeLease lease, RuntimeException defect) {
        if (!Shutdown.isUnderWay()) {
            LOG.errorf(
                    defect,
                    "a defect stopped the withdrawal of the expired %s response of %s; it is repeated after a restart",
                    type(lease),
                    name(lease));
            leases.end(lease);
        }
    }

    /** Empty for a challenge type of a newer version. */
    private Optional<ChallengeCandidate> candidate(ChallengePresented presented) {
        return solvers.stream()
                .filter(solver -> solver.challengeType().equals(presented.challengeType()))
                .findFirst()
                .map(solver -> presented
                        .issuer()
                        .map(issuer -> solver.forIssuer(issuer, rules.of(issuer)))
                        .orElse(solver))
                .map(solver -> new ChallengeCandidate(presented.identifier(), challenge(presented), solver));
    }

    private static Authorization.Challenge challenge(ChallengePresented presented) {
        return new Authorization.Challenge(
                presented.challengeType(), NO_URL, presented.token(), presented.keyAuthorization(), Optional.empty());
    }

    private static String type(ChallengeLease lease) {
        return lease.presented().challengeType();
    }

    private static String name(ChallengeLease lease) {
        return lease.presented().identifier().value();
    }

    private static double random() {
        return ThreadLocalRandom.current().nextDouble();
    }
}
