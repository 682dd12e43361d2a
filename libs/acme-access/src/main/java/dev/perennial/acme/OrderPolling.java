package dev.perennial.acme;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks at an order until it moves: at the CA's pace where it names one, else at a slowing pace of our own. */
record OrderPolling(InstantSource clock, Sleeper sleeper) {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);
    /** "Now" is no licence to hammer. */
    private static final Duration SHORTEST = Duration.ofMillis(50);

    /** How time passes. */
    @FunctionalInterface
    interface Sleeper {
        void sleep(Duration pause) throws InterruptedException;
    }

    OrderPolling(InstantSource clock) {
        this(clock, Thread::sleep);
    }

    /** @throws RetryLater with {@code STEP_TIMED_OUT} where the next look would be after the limit */
    OrderProgress await(Duration first, Duration limit, Supplier<OrderProgress> look) {
        Instant giveUp = clock.instant().plus(limit);
        Duration own = FIRST;
        pause(first);
        while (true) {
            OrderProgress progress = look.get();
            if (!isMoving(progress)) {
                return progress;
            }
            Duration wait = told(progress).map(OrderPolling::atLeastShortest).orElse(own);
            if (clock.instant().plus(wait).isAfter(giveUp)) {
                throw new RetryLater(Problem.of(
                        ErrorCode.STEP_TIMED_OUT,
                        "the CA has not finished with the order within " + limit,
                        progress.getClass().getSimpleName()));
            }
            pause(wait);
            own = own.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : own.multipliedBy(2);
        }
    }

    private static boolean isMoving(OrderProgress progress) {
        return progress instanceof OrderProgress.Pending || progress instanceof OrderProgress.Processing;
    }

    private static Optional<Duration> told(OrderProgress progress) {
        return switch (progress) {
            case OrderProgress.Pending pending -> pending.retryAfter();
            case OrderProgress.Processing processing -> processing.retryAfter();
            case OrderProgress.Ready ready -> Optional.empty();
            case OrderProgress.Valid valid -> Optional.empty();
            case OrderProgress.Invalid invalid -> Optional.empty();
            case OrderProgress.Refused refused -> Optional.empty();
        };
    }

    private static Duration atLeastShortest(Duration wait) {
        return wait.compareTo(SHORTEST) < 0 ? SHORTEST : wait;
    }

    private void pause(Duration pause) {
        try {
            sleeper.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RetryLater(Problem.of(ErrorCode.STEP_TIMED_OUT, "interrupted while waiting for the CA"), e);
        }
    }
}
