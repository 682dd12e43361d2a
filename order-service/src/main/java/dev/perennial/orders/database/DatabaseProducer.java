package dev.perennial.orders.database;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;

/** The database and the clock of this process. */
class DatabaseProducer {
    @Produces
    @Singleton
    Database database(DataSource source, CommitListener listener) {
        return new Database(source, listener);
    }

    /** Ticks in microseconds, as PostgreSQL stores them, so that stored times are read back unchanged. */
    @Produces
    @Singleton
    Clock clock() {
        return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
    }
}
