package dev.perennial.simulation;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * The parameters of a run.
 *
 * @param mix percentage of the certificates by lifetime; the sum is 100
 * @param outage duration of the outage of each CA, one CA after the other
 * @param revokedPercent share of the first CA's certificates that it revokes
 * @param notice time from the moved windows to the revocation: 24 h or 5 d by the rules of browsers
 * @param validationFailures failures per thousand validations
 * @param inFlight maximum of orders in flight
 */
record SimulationScenario(
        int certificates,
        int days,
        long seed,
        Map<Lifetime, Integer> mix,
        Duration outage,
        int revokedPercent,
        Duration notice,
        int validationFailures,
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
            throw new IllegalArgumentException("certificates, days and orders in flight must be positive numbers");
        }
        if (mix.values().stream().mapToInt(Integer::intValue).sum() != 100) {
            throw new IllegalArgumentException("the shares of the lifetimes must add up to 100 %: " + mix);
        }
    }

    /** In seconds since the start, like all times here. */
    int end() {
        return days * DAY;
    }

    /** The outage of the first CA begins after 1/4 of the time, that of the second CA after 1/2. */
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
