package dev.perennial.rules.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.rules.lifecycle.Decision.Moved;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Invariants that hold under any sequence of inputs. Repeat a failure with {@code -Dperennial.seed=<seed>}. */
class LifecycleSequencesTest {
    private static final int SEQUENCES = 3_000;
    private static final int LENGTH = 60;

    @Test
    void keepsItsInvariantsUnderAnySequence() {
        long seed = Long.getLong("perennial.seed", System.nanoTime());
        System.out.println("seed of the random sequences: " + seed);
        RandomGenerator random = new Random(seed);
        for (int i = 0; i < SEQUENCES; i++) {
            run(random, "seed " + seed + ", sequence " + i + ": ");
        }
    }

    /** A rehearsal ends once, and goes live at most once, after the dry runs of all hosts. */
    @Test
    void endsARehearsalOnceUnderAnySequence() {
        long seed = Long.getLong("perennial.seed", System.nanoTime());
        System.out.println("seed of the random rehearsals: " + seed);
        RandomGenerator random = new Random(seed);
        int live = 0;
        for (int i = 0; i < SEQUENCES; i++) {
            live += rehearse(random, "seed " + seed + ", rehearsal " + i + ": ");
        }
        assertThat(live).as("rehearsals that passed").isPositive();
    }

    private static int rehearse(RandomGenerator random, String where) {
        OrderState state = Lifecycle.begin(Samples.NOW);
        Instant now = Samples.NOW;
        List<String> inputs = new ArrayList<>();
        List<Decision.Effect> effects = new ArrayList<>();
        for (int step = 0; step < LENGTH; step++) {
            now = now.plus(Duration.ofSeconds(random.nextInt(600)));
            Input input = pickOfAnyHost(random, state.attempt());
            inputs.add(input.toString());
            Decision decision = Samples.LIFECYCLE.on(OrderPurpose.REHEARSAL, state, input, now);
            if (decision instanceof Decision.ReportStored stored) {
                state = stored.next();
            }
            if (decision instanceof Moved moved) {
                assertThat(state)
                        .as(() -> where + inputs)
                        .isNotInstanceOfAny(OrderState.Failed.class, OrderState.Rehearsed.class);
                state = moved.next();
                effects.addAll(moved.effects());
            }
            assertThat(state).as(() -> where + inputs).isNotInstanceOf(OrderState.Deployed.class);
        }
        boolean ended = state instanceof OrderState.Failed || state instanceof OrderState.Rehearsed;
        assertThat(effects.stream().filter(Decision.EndRehearsal.class::isInstance))
                .as(() -> where + inputs)
                .hasSize(ended ? 1 : 0);
        long live = effects.stream().filter(Decision.GoLive.class::isInstance).count();
        assertThat(live).as(() -> where + inputs).isLessThanOrEqualTo(ended ? 1 : 0);
        if (live == 1) {
            assertThat(((OrderState.Rehearsed) state).rollout().proven())
                    .as(() -> where + inputs)
                    .containsExactlyElementsOf(Samples.TARGETS);
        }
        return (int) live;
    }

    private static Input pickOfAnyHost(RandomGenerator random, int attempt) {
        Input input = pick(random, attempt);
        return input instanceof Input.Rehearsed it
                ? new Input.Rehearsed(Samples.TARGETS.get(random.nextInt(Samples.TARGETS.size())), it.fingerprint())
                : input;
    }

    private static void run(RandomGenerator random, String where) {
        OrderState state = Lifecycle.begin(Samples.NOW);
        Instant now = Samples.NOW;
        List<String> inputs = new ArrayList<>();
        for (int step = 0; step < LENGTH; step++) {
            now = now.plus(Duration.ofSeconds(random.nextInt(600)));
            Input input = pick(random, state.attempt());
            inputs.add(input.toString());
            Decision decision = Samples.LIFECYCLE.on(OrderPurpose.LIVE, state, input, now);
            if (decision instanceof Decision.ReportStored stored) {
                state = stored.next();
            }
            if (decision instanceof Moved moved) {
                requireLegal(state, moved, now, where + inputs);
                // A second delivery must have no effect.
                if (!(input instanceof Input.DeadlinePassed) && !(input instanceof Input.PlacementPostponed)) {
                    requireNoSecondEffect(moved.next(), input, now, where + inputs);
                }
                state = moved.next();
            }
        }
    }

    private static void requireLegal(OrderState before, Moved moved, Instant now, String sequence) {
        OrderState next = moved.next();
        assertThat(next.attempt()).as(sequence).isBetween(before.attempt(), before.attempt() + 1);
        assertThat(before).as(sequence).isNotInstanceOf(OrderState.Failed.class);
        if (isIssued(before)) {
            assertThat(isIssued(next)).as(sequence).isTrue();
            assertThat(rollout(next).fingerprint())
                    .as(sequence)
                    .isEqualTo(rollout(before).fingerprint());
            assertThat(moved.effects()).as(sequence).allMatch(effect -> effect instanceof Decision.Remind);
        }
        if (next instanceof OrderState.Due due) {
            assertThat(due.dueAt()).as(sequence).isAfter(now);
        }
        if (isIssued(next)) {
            Rollout rollout = rollout(next);
            int targets = rollout.outstanding().size()
                    + rollout.proven().size()
                    + rollout.failed().size();
            assertThat(targets).as(sequence).isEqualTo(2);
            assertThat(next instanceof OrderState.Deployed)
                    .as(sequence)
                    .isEqualTo(rollout.proven().size() == 2);
            assertThat(next instanceof OrderState.Undeployed)
                    .as(sequence)
                    .isEqualTo(!rollout.failed().isEmpty());
        }
    }

    private static void requireNoSecondEffect(OrderState state, Input input, Instant now, String sequence) {
        if (Samples.LIFECYCLE.on(OrderPurpose.LIVE, state, input, now) instanceof Moved again) {
            assertThat(again.next()).as(sequence).isEqualTo(state);
            assertThat(again.effects()).as(sequence).isEmpty();
        }
    }

    private static Input pick(RandomGenerator random, int attempt) {
        int about = Math.max(1, attempt + (random.nextInt(10) == 0 ? random.nextInt(3) - 1 : 0));
        Map<String, Input> inputs = Samples.inputs(about);
        return List.copyOf(inputs.values()).get(random.nextInt(inputs.size()));
    }

    private static boolean isIssued(OrderState state) {
        return state instanceof OrderState.Issued
                || state instanceof OrderState.Deployed
                || state instanceof OrderState.Undeployed;
    }

    private static Rollout rollout(OrderState state) {
        return switch (state) {
            case OrderState.Issued it -> it.rollout();
            case OrderState.Deployed it -> it.rollout();
            case OrderState.Undeployed it -> it.rollout();
            case OrderState.Due it -> throw new IllegalStateException();
            case OrderState.Placed it -> throw new IllegalStateException();
            case OrderState.Authorized it -> throw new IllegalStateException();
            case OrderState.Rehearsed it -> throw new IllegalStateException();
            case OrderState.Failed it -> throw new IllegalStateException();
        };
    }
}
