package dev.perennial.simulation;

import dev.perennial.rules.renewal.ChangeWindows;
import dev.perennial.rules.renewal.RenewalInputs;
import dev.perennial.rules.renewal.RenewalTime;
import dev.perennial.rules.renewal.SuggestedWindow;
import dev.perennial.simulation.SeededRandom.Draw;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Optional;

/** Applies the renewal rules of the order-service to the certificates and the windows that the model's CA suggests. */
final class RenewalSchedule {
    private static final int HOUR = 3_600;
    private static final int WEEK = 7 * 24 * HOUR;
    /** Tuesdays from 02:00 to 06:00. */
    private static final int CHANGES_BEGIN = (24 + 2) * HOUR;

    private static final int CHANGES_END = (24 + 6) * HOUR;

    /** {@link dev.perennial.rules.renewal.RenewalRules#of}, or a deliberately wrong rule in a test. */
    @FunctionalInterface
    interface Rules {
        RenewalTime of(RenewalInputs certificate);
    }

    private final SimulationScenario scenario;
    private final SeededRandom random;
    private final Population all;
    private final Rules rules;
    private final BitSet moved;

    RenewalSchedule(SimulationScenario scenario, SeededRandom random, Population all, Rules rules) {
        this.scenario = scenario;
        this.random = random;
        this.all = all;
        this.rules = rules;
        this.moved = new BitSet(all.size);
    }

    RenewalTime of(int certificate, int now) {
        return rules.of(new RenewalInputs(
                VirtualClock.at(all.notBefore[certificate]),
                VirtualClock.at(all.notAfter[certificate]),
                random.of(Draw.RENEWAL_JITTER, certificate, all.generation[certificate]),
                Optional.empty(),
                Optional.empty(),
                suggested(certificate, now),
                Optional.empty(),
                all.hasChangeWindow(certificate) ? RenewalSchedule::firstOpen : ChangeWindows.ALWAYS));
    }

    /** The CA moves the window into the past. @return when the fleet detects it */
    int move(int certificate, int now) {
        moved.set(certificate);
        return detectedAt(certificate, now);
    }

    /** Called when the certificate has been replaced. @return whether its window had been moved */
    boolean reset(int certificate) {
        boolean was = moved.get(certificate);
        moved.clear(certificate);
        return was;
    }

    private int detectedAt(int certificate, int movedAt) {
        return movedAt + (int) (ModelCa.POLL_INTERVAL * random.of(Draw.POLL, certificate, 0));
    }

    private Optional<SuggestedWindow> suggested(int certificate, int now) {
        if (!all.ca(certificate).ari()) {
            return Optional.empty();
        }
        if (moved.get(certificate) && now >= detectedAt(certificate, scenario.windowsMove())) {
            Instant movedAt = VirtualClock.at(scenario.windowsMove());
            return Optional.of(
                    new SuggestedWindow(movedAt.minus(Duration.ofHours(2)), movedAt.minus(Duration.ofHours(1))));
        }
        int life = all.notAfter[certificate] - all.notBefore[certificate];
        // Like Let's Encrypt: centered on 2/3 of the lifetime, or on 1/2 of a short one; 1/50 of the lifetime to each
        // side.
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
