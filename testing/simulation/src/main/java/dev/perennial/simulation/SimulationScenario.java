package dev.perennial.simulation;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * What happens.
 *
 * @param mix percent of the certificates, by lifetime; 100 together
 * @param outage how long each CA is away, one after the other
 * @param revokedPercent of the first CA's certificates, which it revokes
 * @param notice between the moment at which the CA asks for their replacement and their revocation: 24 h or 5 d by the rules of browsers
 * @param proofFailures of a thousand proofs
 * @param inFlight orders that the fleet has under way at once
 */
record SimulationScenario(
        int certificates,
        int days,
        long seed,
        Map<Lifetime, Integer> mix,
        Duration outage,
        int revokedPercent,
        Duration notice,
        int proofFailures,
        int inFlight) {
    private static final int DAY = 86_400;

    static final SimulationScenario DEFAULT = new SimulationScenario(
            1_000_000,
            400,
            1,
            new EnumMap<>(Map.of(Lifetime.DAYS_90, 30, Lifetime.DAYS_47, 40, Lifetime.DAYS_6, 30)),
            Duration.ofHours(8),
            30,
            Duration.ofHours(24),
            10,
            512);

    SimulationScenario {
        mix = Map.copyOf(mix);
        if (certificates < 1 || days < 1 || inFlight < 1) {
            throw new IllegalArgumentException("certificates, days and orders in flight are positive numbers");
        }
        if (mix.values().stream().mapToInt(Integer::intValue).sum() != 100) {
            throw new IllegalArgumentException("the shares of the lifetimes are not 100 % together: " + mix);
        }
    }

    /** In seconds since the beginning, as everything here. */
    int end() {
        return days * DAY;
    }

    /** The first CA's after a quarter of the time, the second's after a half. */
    int outageBegins(int ca) {
        return end() / 4 * (ca + 1);
    }

    int outageEnds(int ca) {
        return outageBegins(ca) + (int) outage.toSeconds();
    }

    boolean isOut(int ca, int now) {
        return now >= outageBegins(ca) && now < outageEnds(ca);
    }

    int windowsMove() {
        return end() / 4 * 3;
    }

    int revocation() {
        return windowsMove() + (int) notice.toSeconds();
    }
}
