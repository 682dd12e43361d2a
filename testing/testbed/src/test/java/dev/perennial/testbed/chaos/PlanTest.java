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

class PlanTest {
    private static final int SEEDS = 200;
    private static final Duration SESSION_OF_A_CONSUMER = Duration.ofSeconds(10);
    /** After which Pebble's front gives a request up, and nobody knows what the CA made of it. */
    private static final Duration PATIENCE_OF_THE_FRONT = Duration.ofSeconds(20);

    private static void forEachSeed(Consumer<Long> assertion) {
        assertThat(LongStream.range(0, SEEDS).boxed()).allSatisfy(assertion);
    }

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(Plan.of(42, 5)).isEqualTo(Plan.of(42, 5));
    }

    @Test
    void isAnotherForAnotherSeed() {
        assertThat(LongStream.range(0, SEEDS)
                        .mapToObj(seed -> Plan.of(seed, 1).disturbances())
                        .distinct())
                .hasSize(SEEDS);
    }

    @Test
    void goesOnAsAShorterOneOfTheSameSeedBegan() {
        List<Disturbance> shorter = Plan.of(7, 2).disturbances();

        assertThat(Plan.of(7, 6).disturbances().subList(0, shorter.size())).isEqualTo(shorter);
    }

    @Test
    void hitsEverybodyOnceInEachRound() {
        forEachSeed(seed -> {
            Plan plan = Plan.of(seed, 4);

            for (int round = 0; round < 4; round++) {
                Duration begin = Plan.ROUND.multipliedBy(round);
                Duration end = begin.plus(Plan.ROUND);
                assertThat(plan.disturbances().stream()
                                .filter(d ->
                                        d.at().compareTo(begin) >= 0 && d.end().compareTo(end) <= 0)
                                .map(Disturbance::victim))
                        .containsExactlyInAnyOrder(Victim.values());
            }
        });
    }

    @Test
    void killsEveryServiceInTheFirstRound() {
        forEachSeed(seed -> {
            assertThat(Plan.of(seed, 1).disturbances().stream()
                            .filter(d -> d.blow() == Blow.KILL)
                            .map(Disturbance::victim))
                    .containsAll(Victim.services());
        });
    }

    @Test
    void hasHitEverybodyWithEverythingAfterThreeRounds() {
        forEachSeed(seed -> {
            Set<String> hits = new HashSet<>();
            Plan.of(seed, 3).disturbances().forEach(d -> hits.add(d.victim() + " " + d.blow()));

            assertThat(hits)
                    .containsAll(Stream.of(Victim.values())
                            .flatMap(victim -> victim.blows().stream().map(blow -> victim + " " + blow))
                            .toList());
        });
    }

    @Test
    void hasOnePartAwayAtMostAndLetsTheFleetBreatheBetweenTwo() {
        forEachSeed(seed -> {
            List<Disturbance> parts = Plan.of(seed, 4).disturbances().stream()
                    .filter(d -> !d.victim().isService())
                    .toList();

            for (int i = 1; i < parts.size(); i++) {
                assertThat(parts.get(i).at().minus(parts.get(i - 1).end())).isGreaterThanOrEqualTo(Plan.BREATH);
            }
        });
    }

    @Test
    void lastsLongEnoughToHurtAndShortEnoughToBeTold() {
        forEachSeed(seed -> {
            assertThat(Plan.of(seed, 3).disturbances()).allSatisfy(d -> {
                if (d.victim().isService() && d.blow() == Blow.FREEZE) {
                    assertThat(d.lasts()).isGreaterThan(SESSION_OF_A_CONSUMER);
                }
                assertThat(d.lasts()).isPositive().isLessThan(PATIENCE_OF_THE_FRONT);
            });
        });
    }
}
