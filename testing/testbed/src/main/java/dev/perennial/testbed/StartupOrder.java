package dev.perennial.testbed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Starts parts in the order of their dependencies: tier after tier, and the parts of a tier in parallel. Stops them in reverse
 * order. Services stop before the broker, because a consumer without a broker needs 20 s to stop.
 */
final class StartupOrder {
    private final List<List<Part>> tiers = new ArrayList<>();
    private final Progress progress;
    private boolean stopped;

    StartupOrder(Progress progress) {
        this.progress = progress;
    }

    /** @throws PartFailedException the first failure of the tier, after all of its parts have finished */
    void start(List<Part> tier) {
        synchronized (this) {
            if (stopped) {
                throw new PartFailedException("testbed", "is being stopped");
            }
            tiers.add(List.copyOf(tier));
        }
        inParallel(tier, part -> {
            long begin = System.nanoTime();
            part.start();
            progress.up(part, Duration.ofNanos(System.nanoTime() - begin));
        });
    }

    List<Part> parts() {
        synchronized (this) {
            return tiers.stream().flatMap(List::stream).toList();
        }
    }

    /** Stops all parts once, even if one of them fails to stop. */
    void stop() {
        List<List<Part>> reversed;
        synchronized (this) {
            if (stopped) {
                return;
            }
            stopped = true;
            reversed = new ArrayList<>(tiers);
        }
        Collections.reverse(reversed);
        RuntimeException first = null;
        for (List<Part> tier : reversed) {
            try {
                inParallel(tier, Part::stop);
            } catch (RuntimeException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private static void inParallel(List<Part> tier, Consumer<Part> action) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            tier.forEach(part -> all.add(threads.submit(() -> action.accept(part))));
            RuntimeException first = null;
            for (Future<?> one : all) {
                RuntimeException failure = failure(one);
                first = first == null ? failure : first;
            }
            if (first != null) {
                throw first;
            }
        }
    }

    private static RuntimeException failure(Future<?> one) {
        try {
            one.get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new PartFailedException("testbed", "failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new PartFailedException("testbed", "was interrupted", e);
        }
    }
}
