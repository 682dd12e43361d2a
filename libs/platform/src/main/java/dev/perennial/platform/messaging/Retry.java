package dev.perennial.platform.messaging;

import dev.perennial.events.RetryLater;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Repeats work that throws {@link RetryLater}. The interval grows from {@code first} to {@code longest} with jitter,
 * unless the problem contains the earliest time of the next attempt. Blocks a virtual thread.
 *
 * @param limit no attempt starts later than this after the first one
 */
public record Retry(Duration first, Duration longest, Duration limit) {
    private static final Logger LOG = Logger.getLogger(Retry.class);

    /**
     * @param operation for the log, for example "reading the certificate"
     * @throws RetryLater of the last attempt, if the next one would start after the limit
     */
    public <T> T call(String operation, Clock clock, Supplier<T> work) {
        return call(operation, clock, work, failure -> false);
    }

    /**
     * @param last whether a failure is not repeated
     * @throws RetryLater of the last attempt
     */
    public <T> T call(String operation, Clock clock, Supplier<T> work, Predicate<RetryLater> last) {
        Instant deadline = clock.instant().plus(limit);
        Duration pause = first;
        while (true) {
            try {
                return work.get();
            } catch (RetryLater e) {
                Instant now = clock.instant();
                Instant next = e.earliest().filter(now::isBefore).orElse(now.plus(jittered(pause)));
                // If the clock was set back, the limit counts from now on.
                deadline = deadline.isAfter(now.plus(limit)) ? now.plus(limit) : deadline;
                if (next.isAfter(deadline) || last.test(e)) {
                    throw e;
                }
                LOG.warnf("%s failed: %s; next attempt at %s", operation, e.getMessage(), next);
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
