package dev.perennial.orders.retention;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long the history is kept in the database. */
@ConfigMapping(prefix = "perennial.retention")
public interface RetentionConfig {
    /**
     * How long history is kept: an issued certificate with its orders, status and revocation after its expiry; an order
     * without a certificate and a replacement after their end; an entry of a timeline. At least 30 days.
     */
    @WithDefault("400d")
    Duration historyRetention();

    /**
     * How long rows without audit value are kept after they have lost their effect: full rate limit buckets, names that
     * have not failed again, replacement plans that were not approved.
     */
    @WithDefault("30d")
    Duration inactiveRetention();

    /** Interval between two passes over the tables. */
    @WithDefault("1h")
    Duration passInterval();
}
