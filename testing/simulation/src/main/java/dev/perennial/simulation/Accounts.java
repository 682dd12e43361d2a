package dev.perennial.simulation;

import dev.perennial.rules.limits.Limit;
import dev.perennial.rules.limits.LimitKind;
import java.time.Duration;
import java.util.Map;

/** How many accounts an installation of this size needs. */
final class Accounts {
    /** What an operator plans for: the rest is for catching up. */
    private static final double PLANNED_USE = 0.6;

    private Accounts() {}

    /** By CA. Where renewals are exempt one would do; ten are as many teams. */
    static int[] enough(int certificates, Map<Lifetime, Integer> mix) {
        double aDay = 0;
        for (Lifetime each : Lifetime.values()) {
            double spent = each.seconds() * (each == Lifetime.DAYS_6 ? 0.48 : 0.64);
            aDay += certificates * ModelCa.WITHOUT_ARI.share() * mix.getOrDefault(each, 0) / 100.0 * 86_400 / spent;
        }
        Limit limit = ModelCa.LIMITS.of(LimitKind.ACCOUNT_ORDERS).orElseThrow();
        double ofOne = limit.capacity()
                * (double) Duration.ofDays(1).toSeconds()
                / limit.window().toSeconds();
        return new int[] {10, Math.max(1, (int) Math.ceil(aDay / ofOne / PLANNED_USE))};
    }
}
