package dev.perennial.simulation;

import java.util.Arrays;

/**
 * The rate limits of the CAs, implemented independently of the order-service's rules, which it verifies. newOrder takes a token
 * from the account's bucket and requires one in the buckets of the registered domain and of the exact set of names; the issuance
 * takes these. Exempt orders count in the rate of requests only.
 */
final class RateLimitOracle {
    private static final int WEEK = 7 * 86_400;

    /** Many token buckets of one kind. */
    private static final class Buckets {
        private final double capacity;
        private final double perSecond;
        private final double[] tokens;
        private final int[] at;

        Buckets(int count, int capacity, int window) {
            this.capacity = capacity;
            this.perSecond = (double) capacity / window;
            this.tokens = new double[count];
            this.at = new int[count];
            Arrays.fill(tokens, capacity);
        }

        boolean has(int index, int now) {
            tokens[index] = Math.min(capacity, tokens[index] + (now - at[index]) * perSecond);
            at[index] = now;
            // Tolerates the rounding error of many small refills.
            return tokens[index] > 1 - 1e-6;
        }

        /** The number becomes negative if more certificates were issued than allowed. */
        void take(int index) {
            tokens[index]--;
        }
    }

    private final Buckets requests = new Buckets(ModelCa.values().length, 300, 1);
    private final Buckets orders;
    private final Buckets domains;
    private final Buckets names;
    private final int accounts;
    private long refusals;

    RateLimitOracle(Population population) {
        this.accounts = Math.max(population.accounts(ModelCa.WITH_ARI), population.accounts(ModelCa.WITHOUT_ARI));
        this.orders = new Buckets(ModelCa.values().length * accounts, 300, 3 * 3_600);
        this.domains = new Buckets(population.domains(), 50, WEEK);
        this.names = new Buckets(population.size, 5, WEEK);
    }

    /** @return whether the CA accepts the order */
    boolean order(Population population, int certificate, boolean exempt, int now) {
        int ca = population.ca(certificate).ordinal();
        int account = ca * accounts + population.account(certificate);
        if (!requests.has(ca, now)) {
            refusals++;
            return false;
        }
        requests.take(ca);
        if (exempt) {
            return true;
        }
        if (!orders.has(account, now)
                || !domains.has(population.domain(certificate), now)
                || !names.has(certificate, now)) {
            refusals++;
            return false;
        }
        orders.take(account);
        return true;
    }

    void issued(Population population, int certificate, boolean exempt, int now) {
        if (!exempt) {
            domains.has(population.domain(certificate), now);
            domains.take(population.domain(certificate));
            names.has(certificate, now);
            names.take(certificate);
        }
    }

    /** Orders that the CAs refused because of a limit. */
    long refusals() {
        return refusals;
    }
}
