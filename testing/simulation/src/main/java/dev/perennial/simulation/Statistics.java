package dev.perennial.simulation;

import dev.perennial.rules.lifecycle.OrderCause;
import java.util.EnumMap;
import java.util.Map;

/** What has happened so far. */
final class Statistics {
    /** Of one hour. */
    static final class Hours {
        final int[] renewals;
        final int[] failedProofs;
        /** At its end: orders that wait for a place, for budget or for their next attempt. */
        final int[] waiting;
        /** Of the account that used most of its budget for orders, in percent. */
        final int[] budget;

        Hours(int many) {
            renewals = new int[many];
            failedProofs = new int[many];
            waiting = new int[many];
            budget = new int[many];
        }
    }

    /** Of all certificates of one lifetime; times in seconds. */
    static final class OfLifetime {
        int certificates;
        long renewals;
        long expiries;
        int leastLeft = Integer.MAX_VALUE;
        /** From the planned moment to the new certificate. */
        final Percentiles lateness = new Percentiles();
    }

    final Hours hours;
    final Map<Lifetime, OfLifetime> lifetimes = new EnumMap<>(Lifetime.class);
    final long[] causes = new long[OrderCause.values().length];
    long postponed;
    long waitedForBudget;
    /** That were served at the moment of their revocation. */
    long revokedInService;
    /** Whose windows the first CA moved. */
    long windowsMoved;
    /** When the last of them had been replaced; -1 for never. */
    int replaced = -1;
    /** When everything had been renewed that an outage held up, by CA; -1 for never. */
    final int[] caughtUp = {-1, -1};
    /** What an outage has held up and is not renewed yet, by CA. */
    final int[] heldUp = new int[2];
    /** The most there was of it. */
    final int[] mostHeldUp = new int[2];

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
