package dev.perennial.validation.challenges;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Requests that wait for a response from another replica. Their number is limited; further requests get no response
 * at once.
 */
final class PendingRequests<K> {
    private final int limit;
    private final Map<K, Set<CompletableFuture<String>>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger pending = new AtomicInteger();

    PendingRequests(int limit) {
        this.limit = limit;
    }

    /** @param lookup finds a response that has already arrived */
    CompletionStage<Optional<String>> await(K key, Function<K, Optional<String>> lookup, Duration timeout) {
        Optional<String> present = lookup.apply(key);
        if (present.isPresent()) {
            return CompletableFuture.completedStage(present);
        }
        if (pending.incrementAndGet() > limit) {
            pending.decrementAndGet();
            return CompletableFuture.completedStage(Optional.empty());
        }
        CompletableFuture<String> arrival = new CompletableFuture<>();
        waiting.compute(key, (k, arrivals) -> with(arrivals, arrival));
        // The response may have arrived between the first lookup and the registration.
        lookup.apply(key).ifPresent(arrival::complete);
        return arrival.completeOnTimeout(null, timeout.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(Optional::ofNullable)
                .whenComplete((answer, error) -> {
                    pending.decrementAndGet();
                    waiting.computeIfPresent(key, (k, arrivals) -> without(arrivals, arrival));
                });
    }

    void arrived(K key, String keyAuthorization) {
        Set<CompletableFuture<String>> arrivals = waiting.remove(key);
        if (arrivals != null) {
            arrivals.forEach(arrival -> arrival.complete(keyAuthorization));
        }
    }

    private static <T> Set<T> with(Set<T> current, T added) {
        Set<T> all = current == null ? ConcurrentHashMap.newKeySet() : current;
        all.add(added);
        return all;
    }

    private static <T> Set<T> without(Set<T> current, T removed) {
        current.remove(removed);
        return current.isEmpty() ? null : current;
    }
}
