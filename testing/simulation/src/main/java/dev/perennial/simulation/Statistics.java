package dev.perennial.simulation;

import dev.perennial.rules.lifecycle.OrderCause;
import java.util.EnumMap;
import java.util.Map;

/** Counters of a run. */
final class Statistics {
    /** Values by hour. */
    static final class Hours {
        final int[] renewals;
        final int[] failedValidations;
        /** Orders that wait to be released, for budget or for their next attempt, at the end of the hour. */
        final int[] waiting;
        /** Highest use of an account's budget, in percent. */
        final int[] budget;

        Hours(int count) {
            renewals = new int[count];
            failedValidations = new int[count];
            waiting = new int[count];
            budget = new int[count];
        }
    }

    /** Values by lifetime; times in seconds. */
    static final class OfLifetime {
        int certificates;
        long renewals;
        long expiries;
        int leastLeft = Integer.MAX_VALUE;
        /** From the planned renewal to the new certificate. */
        final Percentiles lateness = new Percentiles();
    }

    final Hours hours;
    final Map<Lifetime, OfLifetime> lifetimes = new EnumMap<>(Lifetime.class);
    final long[] causes = new long[OrderCause.values().length];
    long postponed;
    long budgetWaits;
    /** Certificates that were served at the time of their revocation. */
    long revokedInService;
    /** Certificates whose windows the first CA moved. */
    long windowsMoved;
    /** Time when the last of them was replaced; -1 if not. */
    int replaced = -1;
    /** Time when all renewals that an outage delayed were done, by CA; -1 if not. */
    final int[] caughtUp = {-1, -1};
    /** Renewals that an outage has delayed and that are not done yet, by CA. */
    final int[] delayed = new int[2];
    /** Maximum of {@link #delayed}. */
    final int[] maxDelayed = new int[2];

    Statistics(int hours) {
        this.hours = new Hours(hours);
        for (Lifetime each : Lifetime.values()) {
            lifetimes.put(each, new OfLifetime());
        }
    }

    void renewed(Lifetime lifetime, int now, int planned, int expires) {
        OfLifetime its = lifetimes.get(lifetime);
        its.renewals++;
        its.lateness.add(now - planned);
        its.leastLeft = Math.min(its.leastLeft, expires - now);
        if (now > expires) {
            its.expiries++;
        }
        hours.renewals[now / 3_600]++;
    }

    long expiries() {
        return lifetimes.values().stream().mapToLong(it -> it.expiries).sum();
    }

    long renewals() {
        return lifetimes.values().stream().mapToLong(it -> it.renewals).sum();
    }
}
