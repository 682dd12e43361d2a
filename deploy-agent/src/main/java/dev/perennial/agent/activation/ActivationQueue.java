package dev.perennial.agent.activation;

import dev.perennial.agent.proof.ServedCertificateCheck;
import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.agent.targets.TargetGroup;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Batches the activations of one group: those that arrive during a batch, or within a short time of one another, share
 * the next reload. A thousand renewed certificates need only a few reloads, and each has its own proof.
 */
public final class ActivationQueue implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ActivationQueue.class);
    /** Limits how long one batch holds the group's lock. */
    private static final int LARGEST_BATCH = 1_000;

    /** The longest wait of the first activation of a batch for further ones. */
    private static final Duration LONGEST_COLLECTION = Duration.ofSeconds(1);

    /**
     * A reload reads the whole configuration three times (test, command, server): a second of CPU on a host with
     * hundreds of sites, a few milliseconds on one with ten. The pause after a batch is as long as its two commands
     * took, up to this limit. Many activations then need few reloads, and fast reloads cause no wait.
     */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration LOCK_LIMIT = Duration.ofMinutes(2);

    private record Waiting(Activation activation, CompletableFuture<DeploymentResult> result) {}

    private final TargetGroup group;
    private final Duration window;
    private final MeterRegistry meters;
    private final ServedCertificateCheck servedCheck;
    private final CrashPoints crashPoints;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    /** Excludes other threads of this process; the lock of the group excludes other processes. */
    private final Lock batchLock = new ReentrantLock();

    /** The next validation, while it waits for the lock. */
    private final AtomicReference<CompletableFuture<Optional<Problem>>> nextValidation = new AtomicReference<>();

    private volatile boolean open = true;
    /** The worker thread takes no further activations. */
    private volatile boolean ended;

    /** {@link System#nanoTime()} before which no batch starts; used only by the worker thread. */
    private long earliestStart = System.nanoTime();

    /** @param window how long the latest activation of a batch waits for another */
    public ActivationQueue(
            TargetGroup group,
            Duration window,
            ServedCertificateCheck servedCheck,
            CrashPoints crashPoints,
            MeterRegistry meters) {
        this.group = group;
        this.window = window;
        this.meters = meters;
        this.servedCheck = servedCheck;
        this.crashPoints = crashPoints;
    }

    /** Starts the thread that runs the batches. */
    public ActivationQueue started() {
        Thread.ofPlatform().name("reload " + group.name()).daemon().start(this::work);
        return this;
    }

    /**
     * Blocks until the certificate is proven or rolled back, or a rollback is unproven.
     *
     * @throws IllegalStateException if the agent is stopping, or because of a defect
     */
    public DeploymentResult deploy(Activation activation) {
        Waiting waiting = new Waiting(activation, new CompletableFuture<>());
        queue.add(waiting);
        if (ended) {
            fail(List.of(waiting), stopping());
        }
        try {
            return waiting.result().join();
        } catch (CompletionException e) {
            throw new IllegalStateException("the batch failed with a defect of the agent", e.getCause());
        }
    }

    /**
     * Validates the active configuration without a reload. Holds the lock, so that no activation is incomplete during
     * the validation. Callers that arrive before the validation starts share it, because it may read the configuration
     * of hundreds of sites.
     */
    public Optional<Problem> validate() {
        CompletableFuture<Optional<Problem>> own = new CompletableFuture<>();
        CompletableFuture<Optional<Problem>> another = nextValidation.compareAndExchange(null, own);
        if (another != null) {
            return another.join();
        }
        batchLock.lock();
        try {
            nextValidation.set(null);
            own.complete(validateUnderLock());
        } catch (RuntimeException | Error e) {
            own.completeExceptionally(e);
        } finally {
            batchLock.unlock();
        }
        return own.join();
    }

    private Optional<Problem> validateUnderLock() {
        try {
            Optional<GroupLock> lock = GroupLock.acquire(group.lock(), LOCK_LIMIT);
            if (lock.isEmpty()) {
                return Optional.of(Problem.of(ErrorCode.INSTALL_FAILED, lockTimeout()));
            }
            try (GroupLock own = lock.get()) {
                return new GroupActions(group, crashPoints, meters).validate(List.of());
            }
        } catch (IOException e) {
            return Optional.of(Problem.of(ErrorCode.INSTALL_FAILED, lockFailure(e)));
        }
    }

    private String lockTimeout() {
        return "another process held the lock " + group.lock() + " for more than " + LOCK_LIMIT.toSeconds() + " s";
    }

    private String lockFailure(IOException e) {
        return "the lock " + group.lock() + " could not be acquired: " + e;
    }

    /**
     * Starts no further batch, but completes a running one: a stop between an activation and its proof must be avoided.
     */
    @Override
    public void close() {
        open = false;
    }

    private void work() {
        List<Waiting> batch = new ArrayList<>();
        try {
            while (open) {
                batch.clear();
                Waiting first = queue.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    collect(batch);
                    GroupActions actions = new GroupActions(group, crashPoints, meters);
                    long begin = System.nanoTime();
                    run(batch, actions);
                    long end = System.nanoTime();
                    Duration pause = pause(actions.spent());
                    LOG.infof(
                            "server '%s': a batch of %d certificates took %d ms, %d ms of it for the commands;"
                                    + " the earliest start of the next batch is in %d ms",
                            group.name(),
                            batch.size(),
                            Duration.ofNanos(end - begin).toMillis(),
                            actions.spent().toMillis(),
                            pause.toMillis());
                    earliestStart = end + pause.toNanos();
                }
            }
        } catch (InterruptedException e) {
            fail(batch, e);
        }
        // In this order: deploy() adds first and reads the flag second, so that no activation waits for ever.
        ended = true;
        fail(List.copyOf(queue), stopping());
    }

    private static IllegalStateException stopping() {
        return new IllegalStateException("the agent is stopping");
    }

    private void collect(List<Waiting> batch) throws InterruptedException {
        long now = System.nanoTime();
        long earliest = earliestStart;
        long latest = Math.max(now, earliest) + LONGEST_COLLECTION.toNanos();
        while (batch.size() < LARGEST_BATCH) {
            now = System.nanoTime();
            long wait = Math.min(Math.max(window.toNanos(), earliest - now), latest - now);
            Waiting next = queue.poll(Math.max(0, wait), TimeUnit.NANOSECONDS);
            if (next == null) {
                return;
            }
            batch.add(next);
        }
    }

    private static Duration pause(Duration commands) {
        return commands.compareTo(LONGEST_PAUSE) < 0 ? commands : LONGEST_PAUSE;
    }

    private void run(List<Waiting> batch, GroupActions actions) {
        Map<Activation, CompletableFuture<DeploymentResult>> results = new IdentityHashMap<>();
        batch.forEach(waiting -> results.put(waiting.activation(), waiting.result()));
        List<Activation> activations = batch.stream().map(Waiting::activation).toList();
        batchLock.lock();
        try {
            Optional<GroupLock> lock = GroupLock.acquire(group.lock(), LOCK_LIMIT);
            if (lock.isEmpty()) {
                untouched(batch, lockTimeout());
                return;
            }
            try (GroupLock held = lock.get()) {
                new ActivationBatch(group, actions, servedCheck, crashPoints, (one, result) -> results.get(one)
                                .complete(result))
                        .run(activations);
            }
        } catch (IOException e) {
            untouched(batch, lockFailure(e));
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "a batch of server '%s' failed with a defect of the agent", group.name());
            fail(batch, e);
        } finally {
            batchLock.unlock();
        }
    }

    private static void untouched(List<Waiting> batch, String reason) {
        DeploymentResult result = new DeploymentResult.Untouched(Problem.of(ErrorCode.INSTALL_FAILED, reason));
        batch.forEach(waiting -> waiting.result().complete(result));
    }

    private static void fail(List<Waiting> batch, Throwable cause) {
        batch.forEach(waiting -> waiting.result().completeExceptionally(cause));
    }
}
