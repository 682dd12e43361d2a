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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FaultPlanTest {
    private static final int SEEDS = 200;
    private static final Duration CONSUMER_SESSION_TIMEOUT = Duration.ofSeconds(10);
    /** The ACME proxy waits this long for Pebble; after that the client does not get the result. */
    private static final Duration ACME_PROXY_TIMEOUT = Duration.ofSeconds(20);

    private static void forEachSeed(Consumer<Long> assertion) {
        assertThat(LongStream.range(0, SEEDS).boxed()).allSatisfy(assertion);
    }

    @Test
    void isEqualForTheSameSeed() {
        assertThat(plan(42, 5)).isEqualTo(plan(42, 5));
    }

    @Test
    void differsForDifferentSeeds() {
        assertThat(LongStream.range(0, SEEDS)
                        .mapToObj(seed -> plan(seed, 1).faults())
                        .distinct())
                .hasSize(SEEDS);
    }

    @Test
    void beginsLikeAShorterPlanOfTheSameSeed() {
        List<PlannedFault> shorter = plan(7, 2).faults();

        assertThat(plan(7, 6).faults().subList(0, shorter.size())).isEqualTo(shorter);
    }

    @ParameterizedTest
    @EnumSource
    void injectsOneFaultPerTargetInEachRound(OutageLength length) {
        forEachSeed(seed -> {
            FaultPlan plan = FaultPlan.of(seed, 4, length);

            for (int round = 0; round < 4; round++) {
                Duration begin = length.round().multipliedBy(round);
                Duration end = begin.plus(length.round());
                assertThat(plan.faults().stream()
                                .filter(d ->
                                        d.at().compareTo(begin) >= 0 && d.end().compareTo(end) <= 0)
                                .map(PlannedFault::target))
                        .containsExactlyInAnyOrderElementsOf(targets(length));
            }
        });
    }

    @Test
    void killsEveryServiceInTheFirstRound() {
        forEachSeed(seed -> {
            assertThat(plan(seed, 1).faults().stream()
                            .filter(d -> d.fault() == InjectedFault.KILL)
                            .map(PlannedFault::target))
                    .containsAll(FaultTarget.services(OutageLength.SHORT));
        });
    }

    @ParameterizedTest
    @CsvSource({"SHORT, 4", "LONG, 5"})
    void coversEveryFaultOfEveryTarget(OutageLength length, int rounds) {
        forEachSeed(seed -> {
            Set<String> injected = new HashSet<>();
            FaultPlan.of(seed, rounds, length).faults().forEach(d -> injected.add(d.target() + " " + d.fault()));

            assertThat(injected)
                    .containsAll(targets(length).stream()
                            .flatMap(target -> target.faults(length).stream().map(fault -> target + " " + fault))
                            .toList());
        });
    }

    @ParameterizedTest
    @EnumSource
    void makesAtMostOnePartUnavailableAndPausesBetweenFaults(OutageLength length) {
        forEachSeed(seed -> {
            List<PlannedFault> parts = FaultPlan.of(seed, 4, length).faults().stream()
                    .filter(d -> !d.target().isService())
                    .toList();

            for (int i = 1; i < parts.size(); i++) {
                assertThat(parts.get(i).at().minus(parts.get(i - 1).end())).isGreaterThanOrEqualTo(FaultPlan.RECOVERY);
            }
        });
    }

    @Test
    void keepsDurationsBetweenConsumerSessionAndAcmeProxyTimeout() {
        forEachSeed(seed -> {
            assertThat(plan(seed, 3).faults()).allSatisfy(d -> {
                if (d.target().isService() && d.fault() == InjectedFault.FREEZE) {
                    assertThat(d.duration()).isGreaterThan(CONSUMER_SESSION_TIMEOUT);
                }
                assertThat(d.duration()).isPositive().isLessThan(ACME_PROXY_TIMEOUT);
            });
        });
    }

    private static List<FaultTarget> targets(OutageLength length) {
        return Stream.concat(FaultTarget.parts().stream(), FaultTarget.services(length).stream())
                .toList();
    }

    private static FaultPlan plan(long seed, int rounds) {
        return FaultPlan.of(seed, rounds, OutageLength.SHORT);
    }
}
