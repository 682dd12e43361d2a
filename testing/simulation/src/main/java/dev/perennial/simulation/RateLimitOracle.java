package dev.perennial.simulation;

import java.util.Arrays;

/**
 * The CAs' own counting, written apart from the order-service's model, which it judges: newOrder takes from the account's bucket and
 * looks at those of the registered domain and of the exact names, which are taken from when the certificate is issued. Exempt orders
 * count in the rate of requests only.
 */
final class RateLimitOracle {
    private static final int WEEK = 7 * 86_400;

    /** Many token buckets of one kind. */
    private static final class Buckets {
        private final double capacity;
        private final double perSecond;
        private final double[] tokens;
        private final int[] at;

        Buckets(int many, int capacity, int window) {
            this.capacity = capacity;
            this.perSecond = (double) capacity / window;
            this.tokens = new double[many];
            this.at = new int[many];
            Arrays.fill(tokens, capacity);
        }

        boolean has(int which, int now) {
            tokens[which] = Math.min(capacity, tokens[which] + (now - at[which]) * perSecond);
            at[which] = now;
            // What adding many small parts loses is not held against anybody.
            return tokens[which] > 1 - 1e-6;
        }

        /** Below zero where more was issued than there was. */
        void take(int which) {
            tokens[which]--;
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

    /** @return whether the CA takes the order */
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

    /** Orders that the CAs did not take because of a limit. */
    long refusals() {
        return refusals;
    }
}
