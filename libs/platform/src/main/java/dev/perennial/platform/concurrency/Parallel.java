package dev.perennial.platform.concurrency;

import dev.perennial.events.RetryLater;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.MDC;

/**
 * Processes the elements of a list concurrently, each on a virtual thread with the trace and the log context of the
 * caller.
 */
public final class Parallel {
    private Parallel() {}

    /**
     * Returns the results in the order of the inputs. Waits for all of them, then throws the first failure if there
     * is one.
     */
    public static <A, B> List<B> map(List<A> inputs, Function<A, B> work) {
        if (inputs.size() < 2) {
            return inputs.stream().map(work).toList();
        }
        var trace = Context.current();
        var log = MDC.getMap();
        List<Future<B>> running;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            running = inputs.stream()
                    .map(input -> threads.submit(trace.wrap(() -> {
                        log.forEach(MDC::put);
                        return work.apply(input);
                    })))
                    .toList();
        }
        return running.stream().map(Parallel::result).toList();
    }

    /** Waits for all of them, then throws the first failure if there is one. */
    public static <A> void forEach(List<A> inputs, Consumer<A> work) {
        map(inputs, input -> {
            work.accept(input);
            return input;
        });
    }

    private static <B> B result(Future<B> done) {
        try {
            return done.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RetryLater later -> throw later;
                case RuntimeException bug -> throw bug;
                case Throwable other -> throw new IllegalStateException(other);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
