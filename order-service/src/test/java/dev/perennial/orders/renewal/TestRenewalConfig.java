package dev.perennial.orders.renewal;

import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.rules.renewal.NamedWindows;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** The defaults with a limit of ready orders, and renewers without a worker. */
record TestRenewalConfig(int maxReady) implements RenewalConfig {
    /** @param later offset from the clock of the fixture */
    static Renewer renewer(ServiceFixture parts, Duration later) {
        return renewer(parts, 300, later);
    }

    static Renewer renewer(ServiceFixture parts, int ready, Duration later) {
        return new Renewer(
                parts.database,
                new RenewalPlanner(parts.issuers, NamedWindows.NONE),
                parts.transitions,
                parts.retirements,
                parts.names,
                new TestRenewalConfig(ready),
                Clock.offset(parts.clock, later));
    }

    @Override
    public Duration pollInterval() {
        return Duration.ofSeconds(2);
    }

    @Override
    public int maxBatch() {
        return 50;
    }

    @Override
    public Duration maxPollInterval() {
        return Duration.ofDays(1);
    }

    @Override
    public int maxConcurrentPolls() {
        return 16;
    }

    @Override
    public Optional<String> defaultChangeWindow() {
        return Optional.empty();
    }
}
