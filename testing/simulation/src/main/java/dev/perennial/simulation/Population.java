package dev.perennial.simulation;

import dev.perennial.simulation.SeededRandom.Draw;

/**
 * All certificates, as arrays: one object per certificate would use ten times as much memory. All names of a registered domain
 * have the same CA and account.
 */
final class Population {
    private static final Lifetime[] LIFETIMES = Lifetime.values();
    /** Number of names of the largest registered domain; most have few. */
    private static final int LARGEST_DOMAIN = 16;
    /** Share of the domains with a change window. */
    private static final double WITH_CHANGE_WINDOW = 0.05;

    final int size;
    final int[] notBefore;
    final int[] notAfter;
    /** Time of the planned renewal. */
    final int[] planned;
    /** Number of issuances. */
    final short[] generation;
    /** Attempt of the current order. */
    final byte[] attempt;
    /** The attempt for which the tokens of a certificate were taken from the budget. */
    final byte[] budgeted;
    /** Postponements of the current attempt. */
    final short[] postponements;

    private final byte[] lifetime;
    private final byte[] ca;
    private final short[] account;
    private final int[] domain;
    private final boolean[] changeWindow;
    private final int[] accounts;
    private final int domains;

    Population(SimulationScenario scenario, SeededRandom random, int[] accounts) {
        this.size = scenario.certificates();
        this.accounts = accounts.clone();
        this.notBefore = new int[size];
        this.notAfter = new int[size];
        this.planned = new int[size];
        this.generation = new short[size];
        this.attempt = new byte[size];
        this.budgeted = new byte[size];
        this.postponements = new short[size];
        this.lifetime = new byte[size];
        this.ca = new byte[size];
        this.account = new short[size];
        this.domain = new int[size];
        this.changeWindow = new boolean[size];
        int at = 0;
        int next = 0;
        while (at < size) {
            int end = Math.min(size, at + domainSize(random, next));
            for (; at < end; at++) {
                assign(scenario, random, at, next);
            }
            next++;
        }
        this.domains = next;
    }

    private static int domainSize(SeededRandom random, int domain) {
        double value = random.of(Draw.DOMAIN_SIZE, domain, 0);
        return 1 + (int) (LARGEST_DOMAIN * value * value);
    }

    private void assign(SimulationScenario scenario, SeededRandom random, int certificate, int itsDomain) {
        int itsCa = random.of(Draw.CA, itsDomain, 0) < ModelCa.WITH_ARI.share() ? 0 : 1;
        domain[certificate] = itsDomain;
        ca[certificate] = (byte) itsCa;
        account[certificate] = (short) (random.of(Draw.ACCOUNT, itsDomain, 0) * accounts[itsCa]);
        changeWindow[certificate] = random.of(Draw.CHANGE_WINDOW, itsDomain, 0) < WITH_CHANGE_WINDOW;
        double part = random.of(Draw.LIFETIME, certificate, 0) * 100;
        for (Lifetime each : LIFETIMES) {
            part -= scenario.mix().getOrDefault(each, 0);
            if (part < 0) {
                lifetime[certificate] = (byte) each.ordinal();
                break;
            }
        }
    }

    /** A number that is unique for each attempt of each order of the certificate, for random values. */
    int orderAttempt(int certificate) {
        return generation[certificate] * 128 + attempt[certificate];
    }

    Lifetime lifetime(int certificate) {
        return LIFETIMES[lifetime[certificate]];
    }

    ModelCa ca(int certificate) {
        return ca[certificate] == 0 ? ModelCa.WITH_ARI : ModelCa.WITHOUT_ARI;
    }

    int account(int certificate) {
        return account[certificate];
    }

    int domain(int certificate) {
        return domain[certificate];
    }

    int domains() {
        return domains;
    }

    boolean hasChangeWindow(int certificate) {
        return changeWindow[certificate];
    }

    /** Number of accounts at the CA. Each account is an issuer in the order-service. */
    int accounts(ModelCa ca) {
        return accounts[ca.ordinal()];
    }
}
