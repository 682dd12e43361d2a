package dev.perennial.orders.doctor;

import dev.perennial.dns.UnsupportedQueryException;
import dev.perennial.events.RetryLater;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Runs checks concurrently, each on its own virtual thread, and waits for none beyond the time limit. */
final class ConcurrentChecks implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Duration limit;
    private final long deadline;

    ConcurrentChecks(Duration limit) {
        this.limit = limit;
        this.deadline = System.nanoTime() + limit.toNanos();
    }

    /**
     * @return the observation, after the check has ended; an exception that is neither an I/O error nor {@link
     *     RetryLater} is a defect and rethrown
     */
    <T> Supplier<Observation<T>> begin(Callable<T> check) {
        Future<T> pending = threads.submit(Context.current().wrap(check));
        return () -> await(pending);
    }

    private <T> Observation<T> await(Future<T> pending) {
        try {
            return new Observation.Found<>(
                    pending.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return new Observation.Missed<>("no result within " + limit.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Observation.Missed<>("the check was interrupted");
        } catch (ExecutionException e) {
            return switch (e.getCause()) {
                case UnsupportedQueryException unable -> new Observation.NotTried<>(unable.getMessage());
                case IOException io -> new Observation.Missed<>(message(io));
                case RetryLater later ->
                    new Observation.Missed<>(later.problem().detail()
                            + later.problem()
                                    .evidence()
                                    .map(evidence -> ": " + evidence)
                                    .orElse(""));
                case RuntimeException defect -> throw defect;
                case null, default -> throw new IllegalStateException(e.getCause());
            };
        }
    }

    private static String message(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** Interrupts running checks and does not wait for them. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
