package dev.perennial.agent.activation;

import dev.perennial.agent.proof.ServedCertificateCheck;
import dev.perennial.agent.target.CrashPoints;
import dev.perennial.agent.target.includefile.WebServer;
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
 * Gathers the switches of one server: what arrives while a batch runs, or shortly after another, shares the next reload.
 * A thousand renewed certificates cost a handful of reloads, and each is still proven by itself.
 */
public final class ActivationQueue implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ActivationQueue.class);
    /** Keeps one batch from holding the server's lock for long. */
    private static final int LARGEST_BATCH = 1_000;

    /** While others keep coming, the first one waits for them no longer than this. */
    private static final Duration LONGEST_GATHERING = Duration.ofSeconds(1);

    /**
     * A reload reads the whole configuration three times (test, command, server): a second of CPU on a host with hundreds of
     * sites, a few milliseconds on one with ten. So the server rests after a batch for as long as its two commands took, at
     * most this long: a flood is gathered into a few reloads, and where they are cheap nobody waits.
     */
    private static final Duration LONGEST_REST = Duration.ofSeconds(2);

    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration LOCK_LIMIT = Duration.ofMinutes(2);

    private record Waiting(Activation wanted, CompletableFuture<DeploymentResult> outcome) {}

    private final WebServer server;
    private final Duration window;
    private final MeterRegistry meters;
    private final ServedCertificateCheck prover;
    private final CrashPoints waypoints;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    /** Within this process; the server's lock is between processes. */
    private final Lock ours = new ReentrantLock();

    /** The test that somebody waits to make. */
    private final AtomicReference<CompletableFuture<Optional<Problem>>> nextTest = new AtomicReference<>();

    private volatile boolean open = true;
    /** {@link System#nanoTime()} before which no batch begins; of the working thread only. */
    private long rested = System.nanoTime();

    /** @param window how long the last of a batch waits for company */
    public ActivationQueue(
            WebServer server,
            Duration window,
            ServedCertificateCheck prover,
            CrashPoints waypoints,
            MeterRegistry meters) {
        this.server = server;
        this.window = window;
        this.meters = meters;
        this.prover = prover;
        this.waypoints = waypoints;
    }

    /** Begins to take work. */
    public ActivationQueue started() {
        Thread.ofPlatform().name("reload " + server.name()).daemon().start(this::work);
        return this;
    }

    /** Blocks until the certificate is proven, rolled back or given up. */
    public DeploymentResult deploy(Activation wanted) {
        Waiting waiting = new Waiting(wanted, new CompletableFuture<>());
        queue.add(waiting);
        try {
            return waiting.outcome().join();
        } catch (CompletionException e) {
            throw new IllegalStateException("the batch ended in an error", e.getCause());
        }
    }

    /**
     * The configuration test of what is there now, under the lock of a switch, so that none is half done meanwhile. No reload. Whoever comes
     * before a test has begun shares it: it may read the configuration of hundreds of sites.
     */
    public Optional<Problem> test() {
        CompletableFuture<Optional<Problem>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<Problem>> another = nextTest.compareAndExchange(null, mine);
        if (another != null) {
            return another.join();
        }
        ours.lock();
        try {
            nextTest.set(null);
            mine.complete(tested());
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
        } finally {
            ours.unlock();
        }
        return mine.join();
    }

    private Optional<Problem> tested() {
        try {
            Optional<GroupLock> lock = GroupLock.acquire(server.lock(), LOCK_LIMIT);
            if (lock.isEmpty()) {
                return Optional.of(Problem.of(ErrorCode.INSTALL_FAILED, held()));
            }
            try (GroupLock mine = lock.get()) {
                return new GroupActions(server, waypoints, meters).test(List.of());
            }
        } catch (IOException e) {
            return Optional.of(Problem.of(ErrorCode.INSTALL_FAILED, notTaken(e)));
        }
    }

    private String held() {
        return "another process has held the lock " + server.lock() + " for " + LOCK_LIMIT;
    }

    private String notTaken(IOException e) {
        return "the lock " + server.lock() + " cannot be taken: " + e;
    }

    /** Takes nothing more. A batch that runs is not interrupted: between a switch and its proof is the worst place to stop. */
    @Override
    public void close() {
        open = false;
    }

    private void work() {
        List<Waiting> batch = new ArrayList<>();
        try {
            while (open) {
                batch.clear();
                Waiting first = queue.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    gather(batch);
                    GroupActions controls = new GroupActions(server, waypoints, meters);
                    long begin = System.nanoTime();
                    run(batch, controls);
                    long end = System.nanoTime();
                    Duration rest = rest(controls.spent());
                    LOG.infof(
                            "server '%s': %d certificates with one reload took %d ms, %d ms of it the commands; the next no sooner than in %d ms",
                            server.name(),
                            batch.size(),
                            Duration.ofNanos(end - begin).toMillis(),
                            controls.spent().toMillis(),
                            rest.toMillis());
                    rested = end + rest.toNanos();
                }
            }
        } catch (InterruptedException e) {
            fail(batch, e);
        }
        fail(List.copyOf(queue), new IllegalStateException("the agent is stopping"));
    }

    private void gather(List<Waiting> batch) throws InterruptedException {
        long now = System.nanoTime();
        long earliest = rested;
        long latest = Math.max(now, earliest) + LONGEST_GATHERING.toNanos();
        while (batch.size() < LARGEST_BATCH) {
            now = System.nanoTime();
            long patience = Math.min(Math.max(window.toNanos(), earliest - now), latest - now);
            Waiting next = queue.poll(Math.max(0, patience), TimeUnit.NANOSECONDS);
            if (next == null) {
                return;
            }
            batch.add(next);
        }
    }

    private static Duration rest(Duration commands) {
        return commands.compareTo(LONGEST_REST) < 0 ? commands : LONGEST_REST;
    }

    private void run(List<Waiting> batch, GroupActions controls) {
        Map<Activation, CompletableFuture<DeploymentResult>> outcomes = new IdentityHashMap<>();
        batch.forEach(waiting -> outcomes.put(waiting.wanted(), waiting.outcome()));
        List<Activation> wanted = batch.stream().map(Waiting::wanted).toList();
        ours.lock();
        try {
            Optional<GroupLock> lock = GroupLock.acquire(server.lock(), LOCK_LIMIT);
            if (lock.isEmpty()) {
                untouched(batch, held());
                return;
            }
            try (GroupLock held = lock.get()) {
                new ActivationBatch(server, controls, prover, waypoints, (one, outcome) -> outcomes.get(one)
                                .complete(outcome))
                        .run(wanted);
            }
        } catch (IOException e) {
            untouched(batch, notTaken(e));
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "a batch of server '%s' ended in an error", server.name());
            fail(batch, e);
        } finally {
            ours.unlock();
        }
    }

    private static void untouched(List<Waiting> batch, String why) {
        DeploymentResult outcome = new DeploymentResult.Untouched(Problem.of(ErrorCode.INSTALL_FAILED, why));
        batch.forEach(waiting -> waiting.outcome().complete(outcome));
    }

    private static void fail(List<Waiting> batch, Throwable why) {
        batch.forEach(waiting -> waiting.outcome().completeExceptionally(why));
    }
}
