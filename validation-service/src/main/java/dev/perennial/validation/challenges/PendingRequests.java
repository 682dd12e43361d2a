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

/** Those who wait for an answer that may be on its way from another replica. Only so many at once; the others are told at once. */
final class PendingRequests<K> {
    private final int most;
    private final Map<K, Set<CompletableFuture<String>>> awaited = new ConcurrentHashMap<>();
    private final AtomicInteger waiters = new AtomicInteger();

    PendingRequests(int most) {
        this.most = most;
    }

    /** @param look what is here now */
    CompletionStage<Optional<String>> await(K key, Function<K, Optional<String>> look, Duration patience) {
        Optional<String> here = look.apply(key);
        if (here.isPresent()) {
            return CompletableFuture.completedStage(here);
        }
        if (waiters.incrementAndGet() > most) {
            waiters.decrementAndGet();
            return CompletableFuture.completedStage(Optional.empty());
        }
        CompletableFuture<String> arrival = new CompletableFuture<>();
        awaited.compute(key, (k, waiting) -> with(waiting, arrival));
        // It may have come between the first look and the waiting.
        look.apply(key).ifPresent(arrival::complete);
        return arrival.completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(Optional::ofNullable)
                .whenComplete((answer, error) -> {
                    waiters.decrementAndGet();
                    awaited.computeIfPresent(key, (k, waiting) -> without(waiting, arrival));
                });
    }

    void arrived(K key, String keyAuthorization) {
        Set<CompletableFuture<String>> waiting = awaited.remove(key);
        if (waiting != null) {
            waiting.forEach(arrival -> arrival.complete(keyAuthorization));
        }
    }

    private static <T> Set<T> with(Set<T> some, T one) {
        Set<T> all = some == null ? ConcurrentHashMap.newKeySet() : some;
        all.add(one);
        return all;
    }

    private static <T> Set<T> without(Set<T> some, T one) {
        some.remove(one);
        return some.isEmpty() ? null : some;
    }
}
