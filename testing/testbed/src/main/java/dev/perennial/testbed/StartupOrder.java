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
 * Parts in the order in which they need each other: the parts of one tier at once, a tier after the one before it, and all
 * of it in reverse when stopping. Services stop before the broker, because a consumer without its broker takes 20 s.
 */
final class StartupOrder {
    private final List<List<Part>> tiers = new ArrayList<>();
    private final Progress progress;
    private boolean stopped;

    StartupOrder(Progress progress) {
        this.progress = progress;
    }

    /** @throws PartFailedException the first failure of the tier, after the others of it came to an end */
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

    /** Stops everything once; a part that fails to stop does not keep the others from it. */
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
