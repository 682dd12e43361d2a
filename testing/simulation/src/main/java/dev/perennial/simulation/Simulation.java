package dev.perennial.simulation;

import dev.perennial.events.ErrorCode;
import dev.perennial.rules.renewal.ReadyOrderLimit;
import dev.perennial.rules.renewal.RenewalTime;
import dev.perennial.simulation.SeededRandom.Roll;

/** Goes through the time second by second: renewals become due, orders are placed, and come to something or not. */
final class Simulation {
    /** The order-service has 64 orders on their way to a CA at once, and a newOrder takes a third of a second. */
    private static final int PLACED_IN_A_SECOND = 192;

    /** As the order-service is configured where nobody says otherwise: renewals that stand ready, and seconds between two looks at what is due. */
    private static final int READY = 300;

    private static final int LOOK = 2;

    private enum Phase {
        /** Until its renewal is due. */
        SERVED,
        /** Its renewal is due and waits to be released. */
        DUE,
        /** The order waits for its next attempt, or for budget. */
        ORDERED,
        /** The order waits to be placed. */
        READY,
        /** The order is at the CA. */
        UNDER_WAY
    }

    private static final Phase[] PHASES = Phase.values();

    private final SimulationScenario scenario;
    private final SeededRandom dice;
    private final Population all;
    private final RenewalSchedule plan;
    private final BudgetModel spending;
    private final RateLimitOracle judge;
    private final OrderRetries retries;
    private final TimerWheel wheel;
    private final ReadyOrderLimit readyOrderLimit = new ReadyOrderLimit(READY);
    private final Backlog due = new Backlog();
    private final PlacementQueue firstAttempts = new PlacementQueue();
    private final PlacementQueue repeatedAttempts = new PlacementQueue();
    private final byte[] phase;
    private final Statistics tally;
    private int underWay;
    private int ordered;
    private long notReplaced;

    Simulation(SimulationScenario scenario, RenewalSchedule.Rules rules, int[] accounts) {
        this.scenario = scenario;
        this.dice = new SeededRandom(scenario.seed());
        this.all = new Population(scenario, dice, accounts);
        this.plan = new RenewalSchedule(scenario, dice, all, rules);
        this.spending = new BudgetModel(all);
        this.judge = new RateLimitOracle(all);
        this.retries = new OrderRetries(all, dice);
        this.wheel = new TimerWheel(scenario.end(), all.size);
        this.phase = new byte[all.size];
        this.tally = new Statistics(scenario.end() / 3_600);
    }

    /** What came of it. */
    record Result(SimulationScenario scenario, Statistics tally, long refusals, Population population) {
        /** Nothing expired, nothing was served that is revoked, and no CA had to say no. */
        boolean isWell() {
            return tally.expiries() == 0 && tally.revokedInService == 0 && refusals == 0;
        }
    }

    Result run() {
        begin();
        for (int now = 0; now < scenario.end(); now++) {
            if (now == scenario.windowsMove()) {
                moveWindows(now);
            }
            if (now == scenario.revocation()) {
                tally.revokedInService = notReplaced;
            }
            for (int it = wheel.take(now); it != TimerWheel.NOBODY; it = wheel.take(now)) {
                happen(it, now);
            }
            if (now % LOOK == 0) {
                release(now);
            }
            placeSome(now);
            if (now % 3_600 == 3_599) {
                tally.hours.waiting[now / 3_600] = due.size() + ordered;
                tally.hours.budget[now / 3_600] = spending.fullest();
            }
        }
        end();
        return new Result(scenario, tally, judge.refusals(), all);
    }

    /** In the middle of their lives, as in an installation that has been running for long. */
    private void begin() {
        for (int it = 0; it < all.size; it++) {
            tally.lifetimes.get(all.lifetime(it)).certificates++;
            all.notAfter[it] = all.lifetime(it).seconds();
            int age = (int) (VirtualClock.seconds(plan.of(it, 0).at()) * dice.of(Roll.AGE, it, 0));
            all.notBefore[it] = -age;
            all.notAfter[it] -= age;
            serve(it, 0);
        }
    }

    /** What has expired without ever being renewed was not counted yet. */
    private void end() {
        for (int it = 0; it < all.size; it++) {
            if (all.notAfter[it] < scenario.end()) {
                tally.lifetimes.get(all.lifetime(it)).expiries++;
            }
        }
    }

    private void serve(int certificate, int now) {
        become(certificate, Phase.SERVED);
        all.planned[certificate] =
                Math.max(now, VirtualClock.seconds(plan.of(certificate, now).at()));
        wheel.set(certificate, all.planned[certificate]);
    }

    private void happen(int certificate, int now) {
        switch (PHASES[phase[certificate]]) {
            case SERVED -> due(certificate);
            case ORDERED -> ready(certificate);
            case UNDER_WAY -> finish(certificate, now);
            case DUE, READY -> throw new IllegalStateException("it waits in a queue, not for its time");
        }
    }

    private void due(int certificate) {
        become(certificate, Phase.DUE);
        due.add(certificate, all.notAfter[certificate]);
    }

    /** The soonest to expire first, and no more than there is room for. */
    private void release(int now) {
        int room = readyOrderLimit.room(firstAttempts.size() + repeatedAttempts.size());
        for (int i = 0; i < room && !due.isEmpty(); i++) {
            renew(due.take(), now);
        }
    }

    /** As the order-service does when a renewal is due: it decides again, on what is known now. */
    private void renew(int certificate, int now) {
        RenewalTime time = plan.of(certificate, now);
        if (VirtualClock.seconds(time.at()) > now) {
            serve(certificate, now);
            return;
        }
        tally.causes[time.cause().ordinal()]++;
        ordered++;
        int ca = all.ca(certificate).ordinal();
        if (scenario.isOut(ca, all.planned[certificate])) {
            tally.mostHeldUp[ca] = Math.max(tally.mostHeldUp[ca], ++tally.heldUp[ca]);
        }
        all.attempt[certificate] = 1;
        all.budgeted[certificate] = 0;
        all.postponements[certificate] = 0;
        ready(certificate);
    }

    private void ready(int certificate) {
        become(certificate, Phase.READY);
        (all.attempt[certificate] > 1 ? repeatedAttempts : firstAttempts).add(certificate);
    }

    /** First attempts and repeated ones take turns. */
    private void placeSome(int now) {
        for (int i = 0; i < PLACED_IN_A_SECOND && underWay < scenario.inFlight(); i++) {
            PlacementQueue next = i % 2 == 0 && !firstAttempts.isEmpty() || repeatedAttempts.isEmpty()
                    ? firstAttempts
                    : repeatedAttempts;
            if (next.isEmpty()) {
                return;
            }
            place(next.take(), now);
        }
    }

    private void place(int certificate, int now) {
        boolean exempt = all.ca(certificate).ari();
        int granted = exempt ? now : spending.ask(certificate, now);
        if (granted > now) {
            tally.waitedForBudget++;
            await(certificate, granted);
        } else if (scenario.isOut(all.ca(certificate).ordinal(), now)) {
            tally.postponed++;
            await(certificate, retries.postponed(certificate, ErrorCode.CA_UNAVAILABLE, now));
        } else if (!judge.order(all, certificate, exempt, now)) {
            await(certificate, retries.postponed(certificate, ErrorCode.CA_RATE_LIMITED, now));
        } else {
            underWay++;
            become(certificate, Phase.UNDER_WAY);
            wheel.set(certificate, now + latency(certificate));
        }
    }

    /** From the order to the proven deployment: most take ten seconds, few a minute. */
    private int latency(int certificate) {
        double roll = dice.of(Roll.LATENCY, certificate, all.moment(certificate));
        return 4 + (int) (8 * roll + 60 * Math.pow(roll, 16));
    }

    private void finish(int certificate, int now) {
        underWay--;
        if (scenario.isOut(all.ca(certificate).ordinal(), now)) {
            await(certificate, retries.rejected(certificate, ErrorCode.CA_UNAVAILABLE, now));
        } else if (dice.of(Roll.PROOF, certificate, all.moment(certificate)) * 1000 < scenario.proofFailures()) {
            tally.hours.failedProofs[now / 3_600]++;
            if (!all.ca(certificate).ari()) {
                spending.proofFailed(certificate, now);
            }
            await(certificate, retries.rejected(certificate, ErrorCode.CHALLENGE_FAILED, now));
        } else {
            issue(certificate, now);
        }
    }

    private void issue(int certificate, int now) {
        ordered--;
        judge.issued(all, certificate, all.ca(certificate).ari(), now);
        tally.renewed(all.lifetime(certificate), now, all.planned[certificate], all.notAfter[certificate]);
        int ca = all.ca(certificate).ordinal();
        boolean heldUp = scenario.isOut(ca, all.planned[certificate]);
        if (heldUp && --tally.heldUp[ca] == 0 && now >= scenario.outageEnds(ca)) {
            tally.caughtUp[ca] = now;
        }
        if (plan.forget(certificate) && --notReplaced == 0) {
            tally.replaced = now;
        }
        all.generation[certificate]++;
        all.notBefore[certificate] = now;
        all.notAfter[certificate] = now + all.lifetime(certificate).seconds();
        serve(certificate, now);
    }

    /** The CA says of some that they are to be renewed at once; each is heard of when its window is looked at next. */
    private void moveWindows(int now) {
        for (int it = 0; it < all.size; it++) {
            boolean moved = all.ca(it).ari() && dice.of(Roll.REVOKED, it, 0) * 100 < scenario.revokedPercent();
            if (moved) {
                notReplaced++;
                int heard = plan.move(it, now);
                if (PHASES[phase[it]] == Phase.SERVED && heard < all.planned[it]) {
                    all.planned[it] = heard;
                    wheel.set(it, heard);
                }
            }
        }
        tally.windowsMoved = notReplaced;
    }

    private void await(int certificate, int until) {
        become(certificate, Phase.ORDERED);
        wheel.set(certificate, until);
    }

    private void become(int certificate, Phase next) {
        phase[certificate] = (byte) next.ordinal();
    }
}
