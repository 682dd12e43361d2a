package dev.perennial.simulation;

import dev.perennial.simulation.SeededRandom.Roll;

/**
 * All certificates, as arrays: an object for each would be ten times as much memory. Names of one registered domain have the same CA and
 * account, as owners set them up.
 */
final class Population {
    private static final Lifetime[] LIFETIMES = Lifetime.values();
    /** A registered domain has one name or a few, some have many: eight in the middle. */
    private static final int LARGEST_DOMAIN = 16;
    /** One domain in twenty may be changed in a few hours of the week only. */
    private static final double WITH_CHANGE_WINDOW = 0.05;

    final int size;
    final int[] notBefore;
    final int[] notAfter;
    /** When its renewal was planned for. */
    final int[] planned;
    /** How often it has been issued. */
    final short[] generation;
    /** Of its order. */
    final byte[] attempt;
    /** The attempt whose share of a certificate was taken from the budget. */
    final byte[] budgeted;
    /** Of that attempt. */
    final short[] postponements;

    private final byte[] lifetime;
    private final byte[] ca;
    private final short[] account;
    private final int[] domain;
    private final boolean[] changeWindow;
    private final int[] accounts;
    private final int domains;

    Population(SimulationScenario scenario, SeededRandom dice, int[] accounts) {
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
            int end = Math.min(size, at + domainSize(dice, next));
            for (; at < end; at++) {
                settle(scenario, dice, at, next);
            }
            next++;
        }
        this.domains = next;
    }

    private static int domainSize(SeededRandom dice, int domain) {
        double roll = dice.of(Roll.DOMAIN_SIZE, domain, 0);
        return 1 + (int) (LARGEST_DOMAIN * roll * roll);
    }

    private void settle(SimulationScenario scenario, SeededRandom dice, int certificate, int itsDomain) {
        int itsCa = dice.of(Roll.CA, itsDomain, 0) < ModelCa.WITH_ARI.share() ? 0 : 1;
        domain[certificate] = itsDomain;
        ca[certificate] = (byte) itsCa;
        account[certificate] = (short) (dice.of(Roll.ACCOUNT, itsDomain, 0) * accounts[itsCa]);
        changeWindow[certificate] = dice.of(Roll.CHANGE_WINDOW, itsDomain, 0) < WITH_CHANGE_WINDOW;
        double part = dice.of(Roll.LIFETIME, certificate, 0) * 100;
        for (Lifetime each : LIFETIMES) {
            part -= scenario.mix().getOrDefault(each, 0);
            if (part < 0) {
                lifetime[certificate] = (byte) each.ordinal();
                break;
            }
        }
    }

    /** Another one for each attempt of each order, so that chance is another one. */
    int moment(int certificate) {
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

    /** Of the CA: the order-service knows each as an issuer of its own. */
    int accounts(ModelCa which) {
        return accounts[which.ordinal()];
    }
}
