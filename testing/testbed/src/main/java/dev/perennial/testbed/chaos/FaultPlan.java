package dev.perennial.testbed.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * The faults of a run and their times, determined by the seed. Each round injects one fault into each target, in random
 * order. Faults of services may overlap. Faults of parts do not, and a pause follows each of them, so at most one part
 * is unavailable at any time. The faults of a target alternate between rounds.
 *
 * @param faults by time
 */
record FaultPlan(long seed, List<PlannedFault> faults) {
    /** Time without a part's fault, in which the fleet recovers. */
    static final Duration RECOVERY = Duration.ofSeconds(2);

    FaultPlan {
        faults = faults.stream().sorted(Comparator.comparing(PlannedFault::at)).toList();
    }

    static FaultPlan of(long seed, int rounds, OutageLength length) {
        Random random = new Random(seed);
        Map<FaultTarget, Integer> nextFault = new EnumMap<>(FaultTarget.class);
        Consumer<FaultTarget> randomFirst = target ->
                nextFault.put(target, random.nextInt(target.faults(length).size()));
        FaultTarget.parts().forEach(randomFirst);
        List<FaultTarget> services = FaultTarget.services(length);
        // With short outages services are killed first, so that a short run kills them all.
        if (length == OutageLength.LONG) {
            services.forEach(randomFirst);
        }
        List<PlannedFault> all = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            Duration begin = length.round().multipliedBy(round);
            all.addAll(round(begin, length, FaultTarget.parts(), nextFault, random));
            all.addAll(round(begin, length, services, nextFault, random));
        }
        return new FaultPlan(seed, all);
    }

    /** One fault for each target, at a random time within the target's slot. */
    private static List<PlannedFault> round(
            Duration begin,
            OutageLength length,
            List<FaultTarget> targets,
            Map<FaultTarget, Integer> nextFault,
            Random random) {
        List<FaultTarget> shuffled = new ArrayList<>(targets);
        Collections.shuffle(shuffled, random);
        Duration slot = length.round().dividedBy(targets.size());
        List<PlannedFault> all = new ArrayList<>();
        for (int i = 0; i < shuffled.size(); i++) {
            FaultTarget target = shuffled.get(i);
            int index = nextFault.merge(target, 1, Integer::sum) - 1;
            List<InjectedFault> faults = target.faults(length);
            InjectedFault fault = faults.get(index % faults.size());
            Duration duration = duration(target, fault, length, random);
            Duration at = between(Duration.ZERO, slot.minus(duration).minus(RECOVERY), random);
            all.add(new PlannedFault(begin.plus(slot.multipliedBy(i)).plus(at), target, fault, duration));
        }
        return all;
    }

    private static Duration duration(FaultTarget target, InjectedFault fault, OutageLength length, Random random) {
        if (!target.isService()) {
            return between(length.least(), length.most(), random);
        }
        return fault == InjectedFault.KILL
                ? between(Duration.ofMillis(100), Duration.ofSeconds(3), random)
                // Longer than the session timeout of its consumers: the group has removed the member when it continues.
                : between(Duration.ofMillis(10_500), Duration.ofMillis(12_500), random);
    }

    private static Duration between(Duration least, Duration most, Random random) {
        return Duration.ofMillis(least.toMillis() + random.nextInt((int) (most.toMillis() - least.toMillis())));
    }

    /** Time from the start of the run to the end of the last fault. */
    Duration length() {
        return faults.stream()
                .map(PlannedFault::end)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }
}
