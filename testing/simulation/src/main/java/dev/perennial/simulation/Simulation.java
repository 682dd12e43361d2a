package dev.perennial.simulation;

import dev.perennial.events.ErrorCode;
import dev.perennial.rules.renewal.ReadyOrderLimit;
import dev.perennial.rules.renewal.RenewalTime;
import dev.perennial.simulation.SeededRandom.Draw;

/** Advances the clock second by second: renewals become due, orders are placed, and succeed or fail. */
final class Simulation {
    /** The order-service sends 64 newOrder requests at the same time, and each takes 1/3 s. */
    private static final int PLACED_PER_SECOND = 192;

    /** Defaults of the order-service: maximum of ready orders, and seconds between two queries for due renewals. */
    private static final int MAX_READY = 300;

    private static final int RELEASE_INTERVAL = 2;

    private enum Phase {
        /** The certificate is served until its renewal is due. */
        SERVED,
        /** The renewal is due and waits to be released. */
        DUE,
        /** The order waits for its next attempt, or for budget. */
        ORDERED,
        /** The order waits to be placed. */
        READY,
        /** The order is at the CA. */
        IN_FLIGHT
    }

    private static final Phase[] PHASES = Phase.values();

    private final SimulationScenario scenario;
    private final SeededRandom random;
    private final Population all;
    private final RenewalSchedule schedule;
    private final BudgetModel budget;
    private final RateLimitOracle oracle;
    private final OrderRetries retries;
    private final TimerWheel wheel;
    private final ReadyOrderLimit readyOrderLimit = new ReadyOrderLimit(MAX_READY);
    private final Backlog due = new Backlog();
    private final PlacementQueue firstAttempts = new PlacementQueue();
    private final PlacementQueue retriedAttempts = new PlacementQueue();
    private final byte[] phase;
    private final Statistics statistics;
    private int inFlight;
    private int ordered;
    private long notReplaced;

    Simulation(SimulationScenario scenario, RenewalSchedule.Rules rules, int[] accounts) {
        this.scenario = scenario;
        this.random = new SeededRandom(scenario.seed());
        this.all = new Population(scenario, random, accounts);
        this.schedule = new RenewalSchedule(scenario, random, all, rules);
        this.budget = new BudgetModel(all);
        this.oracle = new RateLimitOracle(all);
        this.retries = new OrderRetries(all, random);
        this.wheel = new TimerWheel(scenario.end(), all.size);
        this.phase = new byte[all.size];
        this.statistics = new Statistics(scenario.end() / 3_600);
    }

    /** The result of a run. */
    record Result(SimulationScenario scenario, Statistics statistics, long refusals, Population population) {
        /** No certificate expired, none was served after its revocation, and no CA refused an order. */
        boolean passed() {
            return statistics.expiries() == 0 && statistics.revokedInService == 0 && refusals == 0;
        }
    }

    Result run() {
        begin();
        for (int now = 0; now < scenario.end(); now++) {
            if (now == scenario.windowsMove()) {
                moveWindows(now);
            }
            if (now == scenario.revocation()) {
                statistics.revokedInService = notReplaced;
            }
            for (int it = wheel.take(now); it != TimerWheel.NONE; it = wheel.take(now)) {
                fire(it, now);
            }
            if (now % RELEASE_INTERVAL == 0) {
                release(now);
            }
            placeOrders(now);
            if (now % 3_600 == 3_599) {
                statistics.hours.waiting[now / 3_600] = due.size() + ordered;
                statistics.hours.budget[now / 3_600] = budget.highestUse();
            }
        }
        end();
        return new Result(scenario, statistics, oracle.refusals(), all);
    }

    /** Starts with certificates of different ages, like an installation that has been running for a long time. */
    private void begin() {
        for (int it = 0; it < all.size; it++) {
            statistics.lifetimes.get(all.lifetime(it)).certificates++;
            all.notAfter[it] = all.lifetime(it).seconds();
            int age = (int) (VirtualClock.seconds(schedule.of(it, 0).at()) * random.of(Draw.AGE, it, 0));
            all.notBefore[it] = -age;
            all.notAfter[it] -= age;
            serve(it, 0);
        }
    }

    /** Counts the certificates that expired without a renewal. */
    private void end() {
        for (int it = 0; it < all.size; it++) {
            if (all.notAfter[it] < scenario.end()) {
                statistics.lifetimes.get(all.lifetime(it)).expiries++;
            }
        }
    }

    private void serve(int certificate, int now) {
        enter(certificate, Phase.SERVED);
        all.planned[certificate] =
                Math.max(now, VirtualClock.seconds(schedule.of(certificate, now).at()));
        wheel.set(certificate, all.planned[certificate]);
    }

    private void fire(int certificate, int now) {
        switch (PHASES[phase[certificate]]) {
            case SERVED -> due(certificate);
            case ORDERED -> ready(certificate);
            case IN_FLIGHT -> finish(certificate, now);
            case DUE, READY -> throw new IllegalStateException("the certificate is in a queue and has no timer");
        }
    }

    private void due(int certificate) {
        enter(certificate, Phase.DUE);
        due.add(certificate, all.notAfter[certificate]);
    }

    /** Releases due renewals in order of expiry, up to the limit of ready orders. */
    private void release(int now) {
        int room = readyOrderLimit.room(firstAttempts.size() + retriedAttempts.size());
        for (int i = 0; i < room && !due.isEmpty(); i++) {
            renew(due.take(), now);
        }
    }

    /** Evaluates the rules again when a renewal is due, like the order-service. */
    private void renew(int certificate, int now) {
        RenewalTime time = schedule.of(certificate, now);
        if (VirtualClock.seconds(time.at()) > now) {
            serve(certificate, now);
            return;
        }
        statistics.causes[time.cause().ordinal()]++;
        ordered++;
        int ca = all.ca(certificate).ordinal();
        if (scenario.isOut(ca, all.planned[certificate])) {
            statistics.maxDelayed[ca] = Math.max(statistics.maxDelayed[ca], ++statistics.delayed[ca]);
        }
        all.attempt[certificate] = 1;
        all.budgeted[certificate] = 0;
        all.postponements[certificate] = 0;
        ready(certificate);
    }

    private void ready(int certificate) {
        enter(certificate, Phase.READY);
        (all.attempt[certificate] > 1 ? retriedAttempts : firstAttempts).add(certificate);
    }

    /** Alternates between first attempts and retries. */
    private void placeOrders(int now) {
        for (int i = 0; i < PLACED_PER_SECOND && inFlight < scenario.inFlight(); i++) {
            PlacementQueue next = i % 2 == 0 && !firstAttempts.isEmpty() || retriedAttempts.isEmpty()
                    ? firstAttempts
                    : retriedAttempts;
            if (next.isEmpty()) {
                return;
            }
            place(next.take(), now);
        }
    }

    private void place(int certificate, int now) {
        boolean exempt = all.ca(certificate).ari();
        int granted = exempt ? now : budget.request(certificate, now);
        if (granted > now) {
            statistics.budgetWaits++;
            retryAt(certificate, granted);
        } else if (scenario.isOut(all.ca(certificate).ordinal(), now)) {
            statistics.postponed++;
            retryAt(certificate, retries.postponed(certificate, ErrorCode.CA_UNAVAILABLE, now));
        } else if (!oracle.order(all, certificate, exempt, now)) {
            retryAt(certificate, retries.postponed(certificate, ErrorCode.CA_RATE_LIMITED, now));
        } else {
            inFlight++;
            enter(certificate, Phase.IN_FLIGHT);
            wheel.set(certificate, now + latency(certificate));
        }
    }

    /** Seconds from newOrder to the proven deployment: mostly about ten, rarely more than a minute. */
    private int latency(int certificate) {
        double value = random.of(Draw.LATENCY, certificate, all.orderAttempt(certificate));
        return 4 + (int) (8 * value + 60 * Math.pow(value, 16));
    }

    private void finish(int certificate, int now) {
        inFlight--;
        if (scenario.isOut(all.ca(certificate).ordinal(), now)) {
            retryAt(certificate, retries.rejected(certificate, ErrorCode.CA_UNAVAILABLE, now));
        } else if (random.of(Draw.VALIDATION, certificate, all.orderAttempt(certificate)) * 1000
                < scenario.validationFailures()) {
            statistics.hours.failedValidations[now / 3_600]++;
            if (!all.ca(certificate).ari()) {
                budget.validationFailed(certificate, now);
            }
            retryAt(certificate, retries.rejected(certificate, ErrorCode.CHALLENGE_FAILED, now));
        } else {
            issue(certificate, now);
        }
    }

    private void issue(int certificate, int now) {
        ordered--;
        oracle.issued(all, certificate, all.ca(certificate).ari(), now);
        statistics.renewed(all.lifetime(certificate), now, all.planned[certificate], all.notAfter[certificate]);
        int ca = all.ca(certificate).ordinal();
        boolean delayed = scenario.isOut(ca, all.planned[certificate]);
        if (delayed && --statistics.delayed[ca] == 0 && now >= scenario.outageEnds(ca)) {
            statistics.caughtUp[ca] = now;
        }
        if (schedule.reset(certificate) && --notReplaced == 0) {
            statistics.replaced = now;
        }
        all.generation[certificate]++;
        all.notBefore[certificate] = now;
        all.notAfter[certificate] = now + all.lifetime(certificate).seconds();
        serve(certificate, now);
    }

    /** The CA moves windows into the past; the fleet detects it at the next poll of each certificate. */
    private void moveWindows(int now) {
        for (int it = 0; it < all.size; it++) {
            boolean moved = all.ca(it).ari() && random.of(Draw.REVOKED, it, 0) * 100 < scenario.revokedPercent();
            if (moved) {
                notReplaced++;
                int detectedAt = schedule.move(it, now);
                if (PHASES[phase[it]] == Phase.SERVED && detectedAt < all.planned[it]) {
                    all.planned[it] = detectedAt;
                    wheel.set(it, detectedAt);
                }
            }
        }
        statistics.windowsMoved = notReplaced;
    }

    private void retryAt(int certificate, int until) {
        enter(certificate, Phase.ORDERED);
        wheel.set(certificate, until);
    }

    private void enter(int certificate, Phase next) {
        phase[certificate] = (byte) next.ordinal();
    }
}
