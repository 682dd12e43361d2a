package dev.perennial.orders.database;

import dev.perennial.platform.messaging.Retry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Lets consumers wait while the database is unavailable, so that no record becomes a dead letter because of an
 * outage.
 */
@Singleton
public class Outages {
    private static final Retry RETRY = new Retry(Duration.ofMillis(100), Duration.ofSeconds(3), Duration.ofDays(30));

    private final Clock clock;

    @Inject
    public Outages(Clock clock) {
        this.clock = clock;
    }

    public <T> T waitOut(String what, Supplier<T> work) {
        return RETRY.call(what, clock, work);
    }
}
