package dev.perennial.testbed.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What goes wrong when: wholly decided by the seed. It comes in rounds. In each of them everybody is hit once, in random order: the
 * services side by side, the parts one after the other with a pause to breathe, so that at most one of them is away. What
 * somebody is hit with goes round too.
 *
 * @param disturbances by time
 */
record FaultPlan(long seed, List<PlannedFault> disturbances) {
    static final Duration ROUND = Duration.ofSeconds(60);
    /** After which the part that was hit before is left to work, and the fleet with it. */
    static final Duration BREATH = Duration.ofSeconds(2);

    FaultPlan {
        disturbances = disturbances.stream()
                .sorted(Comparator.comparing(PlannedFault::at))
                .toList();
    }

    static FaultPlan of(long seed, int rounds) {
        Random random = new Random(seed);
        Map<FaultTarget, Integer> turns = new EnumMap<>(FaultTarget.class);
        // Services are killed first, so that a short run kills them all.
        FaultTarget.parts()
                .forEach(part -> turns.put(part, random.nextInt(part.blows().size())));
        List<PlannedFault> all = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            Duration begin = ROUND.multipliedBy(round);
            all.addAll(turns(begin, FaultTarget.parts(), turns, random));
            all.addAll(turns(begin, FaultTarget.services(), turns, random));
        }
        return new FaultPlan(seed, all);
    }

    /** Each of them in a slot of its own, somewhere in it. */
    private static List<PlannedFault> turns(
            Duration begin, List<FaultTarget> victims, Map<FaultTarget, Integer> turns, Random random) {
        List<FaultTarget> shuffled = new ArrayList<>(victims);
        Collections.shuffle(shuffled, random);
        Duration slot = ROUND.dividedBy(victims.size());
        List<PlannedFault> all = new ArrayList<>();
        for (int i = 0; i < shuffled.size(); i++) {
            FaultTarget victim = shuffled.get(i);
            int turn = turns.merge(victim, 1, Integer::sum) - 1;
            InjectedFault blow = victim.blows().get(turn % victim.blows().size());
            Duration lasts = lasts(victim, blow, random);
            Duration at = between(Duration.ZERO, slot.minus(lasts).minus(BREATH), random);
            all.add(new PlannedFault(begin.plus(slot.multipliedBy(i)).plus(at), victim, blow, lasts));
        }
        return all;
    }

    private static Duration lasts(FaultTarget victim, InjectedFault blow, Random random) {
        if (!victim.isService()) {
            return between(Duration.ofSeconds(3), Duration.ofMillis(6_500), random);
        }
        return blow == InjectedFault.KILL
                ? between(Duration.ofMillis(100), Duration.ofSeconds(3), random)
                // Longer than the session of its consumers, so that it comes back as somebody who was given up.
                : between(Duration.ofMillis(10_500), Duration.ofMillis(12_500), random);
    }

    private static Duration between(Duration least, Duration most, Random random) {
        return Duration.ofMillis(least.toMillis() + random.nextInt((int) (most.toMillis() - least.toMillis())));
    }

    /** From the first to when the last is mended. */
    Duration length() {
        return disturbances.stream()
                .map(PlannedFault::end)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }
}
