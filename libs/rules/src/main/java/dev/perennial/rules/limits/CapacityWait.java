package dev.perennial.rules.limits;

import java.time.Duration;

/**
 * The time after which an order that waits for capacity of its issuer is routed again, so that it can go to another
 * issuer: its age, between a minute and 15 minutes. A long queue is therefore not written again every minute. Pure.
 */
public final class CapacityWait {
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private CapacityWait() {}

    public static Duration of(Duration age) {
        if (age.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return age.compareTo(LONGEST) > 0 ? LONGEST : age;
    }
}
