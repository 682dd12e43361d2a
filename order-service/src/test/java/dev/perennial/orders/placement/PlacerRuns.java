package dev.perennial.orders.placement;

import dev.perennial.acme.AcmeAccounts;
import dev.perennial.orders.parts.ServiceFixture;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** Creates a placer for a fixture and runs it without its worker. */
final class PlacerRuns {
    private PlacerRuns() {}

    static Placer placer(ServiceFixture parts, AcmeAccounts accounts, int inFlight) {
        return placer(parts, accounts, new PlacerSetup(inFlight));
    }

    static Placer placer(ServiceFixture parts, AcmeAccounts accounts, PlacementConfig config) {
        return new Placer(
                parts.database,
                accounts,
                parts.transitions,
                parts.failover,
                parts.budget,
                config,
                parts.clock,
                parts.wakeups);
    }

    /** Runs one round and waits for its orders. */
    static void once(Placer placer) {
        placer.round();
        until(() -> placer.inFlight() == 0);
    }

    /** Runs rounds until no order is due or in flight. */
    static void untilIdle(Placer placer) {
        do {
            once(placer);
        } while (placer.round());
        until(() -> placer.inFlight() == 0);
    }

    static void until(BooleanSupplier condition) {
        Awaitility.await()
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(20))
                .until(condition::getAsBoolean);
    }
}
