package dev.perennial.simulation;

import dev.perennial.rules.limits.Limit;
import dev.perennial.rules.limits.LimitKind;
import java.time.Duration;
import java.util.Map;

/** The number of accounts that an installation of this size needs. */
final class Accounts {
    /** The share of its budget that an operator plans to use; the rest is a reserve for backlogs. */
    private static final double PLANNED_USE = 0.6;

    private Accounts() {}

    /** By CA. One account would suffice if renewals are exempt; ten accounts represent ten teams. */
    static int[] required(int certificates, Map<Lifetime, Integer> mix) {
        double perDay = 0;
        for (Lifetime each : Lifetime.values()) {
            double renewedAfter = each.seconds() * (each == Lifetime.DAYS_6 ? 0.48 : 0.64);
            perDay += certificates
                    * ModelCa.WITHOUT_ARI.share()
                    * mix.getOrDefault(each, 0)
                    / 100.0
                    * 86_400
                    / renewedAfter;
        }
        Limit limit = ModelCa.LIMITS.of(LimitKind.ACCOUNT_ORDERS).orElseThrow();
        double perAccount = limit.capacity()
                * (double) Duration.ofDays(1).toSeconds()
                / limit.window().toSeconds();
        return new int[] {10, Math.max(1, (int) Math.ceil(perDay / perAccount / PLANNED_USE))};
    }
}
