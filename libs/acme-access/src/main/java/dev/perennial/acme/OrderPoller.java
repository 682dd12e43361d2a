package dev.perennial.acme;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** Polls an order until its status changes: at the interval of Retry-After, or with exponential backoff without it. */
record OrderPoller(InstantSource clock, Sleeper sleeper) {
    private static final Duration INITIAL_BACKOFF = Duration.ofMillis(100);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);
    /** A Retry-After of zero does not allow a busy loop. */
    private static final Duration MIN_INTERVAL = Duration.ofMillis(50);

    /** Waits; tests advance a clock instead. */
    @FunctionalInterface
    interface Sleeper {
        void sleep(Duration pause) throws InterruptedException;
    }

    OrderPoller(InstantSource clock) {
        this(clock, Thread::sleep);
    }

    /** @throws RetryLater with {@code STEP_TIMED_OUT} if the next request would be after the timeout */
    OrderProgress await(Duration initialDelay, Duration timeout, Supplier<OrderProgress> poll) {
        Instant deadline = clock.instant().plus(timeout);
        Duration backoff = INITIAL_BACKOFF;
        pause(initialDelay);
        while (true) {
            OrderProgress progress = poll.get();
            if (!isInProgress(progress)) {
                return progress;
            }
            Duration wait =
                    retryAfter(progress).map(OrderPoller::atLeastMinInterval).orElse(backoff);
            if (clock.instant().plus(wait).isAfter(deadline)) {
                throw new RetryLater(Problem.of(
                        ErrorCode.STEP_TIMED_OUT,
                        "the CA did not complete the order within " + timeout,
                        progress.getClass().getSimpleName()));
            }
            pause(wait);
            Duration doubled = backoff.multipliedBy(2);
            backoff = doubled.compareTo(MAX_BACKOFF) > 0 ? MAX_BACKOFF : doubled;
        }
    }

    private static boolean isInProgress(OrderProgress progress) {
        return progress instanceof OrderProgress.Pending || progress instanceof OrderProgress.Processing;
    }

    private static Optional<Duration> retryAfter(OrderProgress progress) {
        return switch (progress) {
            case OrderProgress.Pending pending -> pending.retryAfter();
            case OrderProgress.Processing processing -> processing.retryAfter();
            case OrderProgress.Ready ready -> Optional.empty();
            case OrderProgress.Valid valid -> Optional.empty();
            case OrderProgress.Invalid invalid -> Optional.empty();
            case OrderProgress.Refused refused -> Optional.empty();
        };
    }

    private static Duration atLeastMinInterval(Duration wait) {
        return wait.compareTo(MIN_INTERVAL) < 0 ? MIN_INTERVAL : wait;
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
