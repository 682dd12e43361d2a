package dev.perennial.platform.messaging;

import dev.perennial.events.RetryLater;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Waits out what is unavailable: runs work again as long as it says {@link RetryLater}, backing off from {@code first} to
 * {@code longest} with jitter, or to the moment the problem names, until {@code limit} has passed. Blocks a virtual thread.
 */
public record Retry(Duration first, Duration longest, Duration limit) {
    private static final Logger LOG = Logger.getLogger(Retry.class);

    /** @throws RetryLater the last one, when the limit would have passed before the next try */
    public <T> T insist(String what, Clock clock, Supplier<T> work) {
        Instant giveUp = clock.instant().plus(limit);
        Duration pause = first;
        while (true) {
            try {
                return work.get();
            } catch (RetryLater e) {
                Instant now = clock.instant();
                Instant next = e.earliest().filter(now::isBefore).orElse(now.plus(jittered(pause)));
                if (next.isAfter(giveUp)) {
                    throw e;
                }
                LOG.warnf("%s has to wait until %s: %s", what, next, e.getMessage());
                sleep(Duration.between(now, next));
                pause = pause.multipliedBy(2).compareTo(longest) > 0 ? longest : pause.multipliedBy(2);
            }
        }
    }

    private static Duration jittered(Duration pause) {
        return pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis() / 2 + 1));
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    }
}
