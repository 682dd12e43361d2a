package dev.perennial.orders.database;

import dev.perennial.platform.messaging.Retry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

/** Consumers wait where they are while the database is away: a record must not end among the dead letters for that. */
@Singleton
public class Outages {
    private static final Retry PATIENCE = new Retry(Duration.ofMillis(100), Duration.ofSeconds(3), Duration.ofDays(30));

    private final Clock clock;

    @Inject
    public Outages(Clock clock) {
        this.clock = clock;
    }

    public <T> T waitOut(String what, Supplier<T> work) {
        return PATIENCE.call(what, clock, work);
    }
}
