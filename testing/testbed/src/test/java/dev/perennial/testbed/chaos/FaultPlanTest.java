package dev.perennial.testbed.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
    private static final int SEEDS = 200;
    private static final Duration SESSION_OF_A_CONSUMER = Duration.ofSeconds(10);
    /** After which Pebble's front gives a request up, and nobody knows what the CA made of it. */
    private static final Duration PATIENCE_OF_THE_FRONT = Duration.ofSeconds(20);

    private static void forEachSeed(Consumer<Long> assertion) {
        assertThat(LongStream.range(0, SEEDS).boxed()).allSatisfy(assertion);
    }

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(FaultPlan.of(42, 5)).isEqualTo(FaultPlan.of(42, 5));
    }

    @Test
    void isAnotherForAnotherSeed() {
        assertThat(LongStream.range(0, SEEDS)
                        .mapToObj(seed -> FaultPlan.of(seed, 1).disturbances())
                        .distinct())
                .hasSize(SEEDS);
    }

    @Test
    void goesOnAsAShorterOneOfTheSameSeedBegan() {
        List<PlannedFault> shorter = FaultPlan.of(7, 2).disturbances();

        assertThat(FaultPlan.of(7, 6).disturbances().subList(0, shorter.size())).isEqualTo(shorter);
    }

    @Test
    void hitsEverybodyOnceInEachRound() {
        forEachSeed(seed -> {
            FaultPlan plan = FaultPlan.of(seed, 4);

            for (int round = 0; round < 4; round++) {
                Duration begin = FaultPlan.ROUND.multipliedBy(round);
                Duration end = begin.plus(FaultPlan.ROUND);
                assertThat(plan.disturbances().stream()
                                .filter(d ->
                                        d.at().compareTo(begin) >= 0 && d.end().compareTo(end) <= 0)
                                .map(PlannedFault::victim))
                        .containsExactlyInAnyOrder(FaultTarget.values());
            }
        });
    }

    @Test
    void killsEveryServiceInTheFirstRound() {
        forEachSeed(seed -> {
            assertThat(FaultPlan.of(seed, 1).disturbances().stream()
                            .filter(d -> d.blow() == InjectedFault.KILL)
                            .map(PlannedFault::victim))
                    .containsAll(FaultTarget.services());
        });
    }

    @Test
    void hasHitEverybodyWithEverythingAfterThreeRounds() {
        forEachSeed(seed -> {
            Set<String> hits = new HashSet<>();
            FaultPlan.of(seed, 3).disturbances().forEach(d -> hits.add(d.victim() + " " + d.blow()));

            assertThat(hits)
                    .containsAll(Stream.of(FaultTarget.values())
                            .flatMap(victim -> victim.blows().stream().map(blow -> victim + " " + blow))
                            .toList());
        });
    }

    @Test
    void hasOnePartAwayAtMostAndLetsTheFleetBreatheBetweenTwo() {
        forEachSeed(seed -> {
            List<PlannedFault> parts = FaultPlan.of(seed, 4).disturbances().stream()
                    .filter(d -> !d.victim().isService())
                    .toList();

            for (int i = 1; i < parts.size(); i++) {
                assertThat(parts.get(i).at().minus(parts.get(i - 1).end())).isGreaterThanOrEqualTo(FaultPlan.BREATH);
            }
        });
    }

    @Test
    void lastsLongEnoughToHurtAndShortEnoughToBeTold() {
        forEachSeed(seed -> {
            assertThat(FaultPlan.of(seed, 3).disturbances()).allSatisfy(d -> {
                if (d.victim().isService() && d.blow() == InjectedFault.FREEZE) {
                    assertThat(d.lasts()).isGreaterThan(SESSION_OF_A_CONSUMER);
                }
                assertThat(d.lasts()).isPositive().isLessThan(PATIENCE_OF_THE_FRONT);
            });
        });
    }
}
