package dev.perennial.validation.challenges;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** The answers that are live on this replica, whoever presented them. */
@ApplicationScoped
public class LiveChallenges {
    static final int MOST_WAITERS = 512;
    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, Set<CompletableFuture<String>>> awaited = new ConcurrentHashMap<>();
    private final AtomicInteger waiters = new AtomicInteger();
    private final AtomicReference<Instant> swept;

    @Inject
    LiveChallenges(MeterRegistry meters) {
        this(InstantSource.system());
        meters.gauge("perennial_challenges_live", answers, Map::size);
    }

    public LiveChallenges(InstantSource clock) {
        this.clock = clock;
        this.swept = new AtomicReference<>(clock.instant());
    }

    private record Answer(String keyAuthorization, Instant expires) {}

    /** An answer that has expired is not taken. */
    public void put(String token, String keyAuthorization, Instant expires) {
        Instant now = clock.instant();
        if (!expires.isAfter(now)) {
            return;
        }
        answers.put(token, new Answer(keyAuthorization, expires));
        Set<CompletableFuture<String>> waiting = awaited.remove(token);
        if (waiting != null) {
            waiting.forEach(arrival -> arrival.complete(keyAuthorization));
        }
        sweep(now);
    }

    public void remove(String token) {
        answers.remove(token);
    }

    public Optional<String> find(String token) {
        return Optional.ofNullable(answers.get(token))
                .filter(answer -> answer.expires().isAfter(clock.instant()))
                .map(Answer::keyAuthorization);
    }

    /**
     * The same, but an answer that is not here may be on its way from another replica: completes when it arrives, or
     * empty after {@code patience}. Only so many may wait; the others are told at once.
     */
    public CompletionStage<Optional<String>> find(String token, Duration patience) {
        Optional<String> here = find(token);
        if (here.isPresent()) {
            return CompletableFuture.completedStage(here);
        }
        if (waiters.incrementAndGet() > MOST_WAITERS) {
            waiters.decrementAndGet();
            return CompletableFuture.completedStage(Optional.empty());
        }
        CompletableFuture<String> arrival = new CompletableFuture<>();
        awaited.compute(token, (t, waiting) -> with(waiting, arrival));
        // It may have come between the first look and the waiting.
        find(token).ifPresent(arrival::complete);
        return arrival.completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(Optional::ofNullable)
                .whenComplete((answer, error) -> {
                    waiters.decrementAndGet();
                    awaited.computeIfPresent(token, (t, waiting) -> without(waiting, arrival));
                });
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

    int size() {
        return answers.size();
    }

    /** Answers are withdrawn one by one; this is for those whose owner died. */
    private void sweep(Instant now) {
        Instant last = swept.get();
        if (last.plus(SWEEP).isBefore(now) && swept.compareAndSet(last, now)) {
            answers.values().removeIf(answer -> !answer.expires().isAfter(now));
        }
    }
}
