package dev.perennial.simulation;

import dev.perennial.rules.renewal.ChangeWindows;
import dev.perennial.rules.renewal.RenewalInputs;
import dev.perennial.rules.renewal.RenewalTime;
import dev.perennial.rules.renewal.SuggestedWindow;
import dev.perennial.simulation.SeededRandom.Roll;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Optional;

/** Asks the order-service's rules when a certificate is to be renewed, and tells them what the CA of the model suggests. */
final class RenewalSchedule {
    private static final int HOUR = 3_600;
    private static final int WEEK = 7 * 24 * HOUR;
    /** Tuesdays from two to six. */
    private static final int CHANGES_BEGIN = (24 + 2) * HOUR;

    private static final int CHANGES_END = (24 + 6) * HOUR;

    /** {@link dev.perennial.rules.renewal.RenewalRules#of}, or a broken one in a test. */
    @FunctionalInterface
    interface Rules {
        RenewalTime of(RenewalInputs certificate);
    }

    private final SimulationScenario scenario;
    private final SeededRandom dice;
    private final Population all;
    private final Rules rules;
    private final BitSet moved;

    RenewalSchedule(SimulationScenario scenario, SeededRandom dice, Population all, Rules rules) {
        this.scenario = scenario;
        this.dice = dice;
        this.all = all;
        this.rules = rules;
        this.moved = new BitSet(all.size);
    }

    RenewalTime of(int certificate, int now) {
        return rules.of(new RenewalInputs(
                VirtualClock.at(all.notBefore[certificate]),
                VirtualClock.at(all.notAfter[certificate]),
                dice.of(Roll.SPREAD, certificate, all.generation[certificate]),
                Optional.empty(),
                Optional.empty(),
                suggested(certificate, now),
                Optional.empty(),
                all.hasChangeWindow(certificate) ? RenewalSchedule::firstOpen : ChangeWindows.ALWAYS));
    }

    /** The CA's window moves into the past. @return when that is heard of */
    int move(int certificate, int now) {
        moved.set(certificate);
        return heard(certificate, now);
    }

    /** It has a successor. @return whether its window had been moved */
    boolean forget(int certificate) {
        boolean was = moved.get(certificate);
        moved.clear(certificate);
        return was;
    }

    private int heard(int certificate, int moment) {
        return moment + (int) (ModelCa.POLL * dice.of(Roll.POLL, certificate, 0));
    }

    private Optional<SuggestedWindow> suggested(int certificate, int now) {
        if (!all.ca(certificate).ari()) {
            return Optional.empty();
        }
        if (moved.get(certificate) && now >= heard(certificate, scenario.windowsMove())) {
            Instant before = VirtualClock.at(scenario.windowsMove());
            return Optional.of(
                    new SuggestedWindow(before.minus(Duration.ofHours(2)), before.minus(Duration.ofHours(1))));
        }
        int life = all.notAfter[certificate] - all.notBefore[certificate];
        // As Let's Encrypt's server does: around two thirds of a life, around half of a short one, a fiftieth of it to
        // each side.
        int middle = all.notAfter[certificate] - (life < 10 * 24 * HOUR ? life / 2 : life / 3);
        return Optional.of(
                new SuggestedWindow(VirtualClock.at(middle - life / 50), VirtualClock.at(middle + life / 50)));
    }

    private static Instant firstOpen(Instant from) {
        int seconds = VirtualClock.seconds(from);
        int week = Math.floorDiv(seconds, WEEK) * WEEK;
        int inWeek = seconds - week;
        if (inWeek < CHANGES_BEGIN) {
            return VirtualClock.at(week + CHANGES_BEGIN);
        }
        return inWeek < CHANGES_END ? from : VirtualClock.at(week + WEEK + CHANGES_BEGIN);
    }
}
