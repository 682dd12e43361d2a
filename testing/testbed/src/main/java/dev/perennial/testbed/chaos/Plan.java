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
record Plan(long seed, List<Disturbance> disturbances) {
    static final Duration ROUND = Duration.ofSeconds(60);
    /** After which the part that was hit before is left to work, and the fleet with it. */
    static final Duration BREATH = Duration.ofSeconds(2);

    Plan {
        disturbances = disturbances.stream()
                .sorted(Comparator.comparing(Disturbance::at))
                .toList();
    }

    static Plan of(long seed, int rounds) {
        Random random = new Random(seed);
        Map<Victim, Integer> turns = new EnumMap<>(Victim.class);
        // Services are killed first, so that a short run kills them all.
        Victim.parts()
                .forEach(part -> turns.put(part, random.nextInt(part.blows().size())));
        List<Disturbance> all = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            Duration begin = ROUND.multipliedBy(round);
            all.addAll(turns(begin, Victim.parts(), turns, random));
            all.addAll(turns(begin, Victim.services(), turns, random));
        }
        return new Plan(seed, all);
    }

    /** Each of them in a slot of its own, somewhere in it. */
    private static List<Disturbance> turns(
            Duration begin, List<Victim> victims, Map<Victim, Integer> turns, Random random) {
        List<Victim> shuffled = new ArrayList<>(victims);
        Collections.shuffle(shuffled, random);
        Duration slot = ROUND.dividedBy(victims.size());
        List<Disturbance> all = new ArrayList<>();
        for (int i = 0; i < shuffled.size(); i++) {
            Victim victim = shuffled.get(i);
            int turn = turns.merge(victim, 1, Integer::sum) - 1;
            Blow blow = victim.blows().get(turn % victim.blows().size());
            Duration lasts = lasts(victim, blow, random);
            Duration at = between(Duration.ZERO, slot.minus(lasts).minus(BREATH), random);
            all.add(new Disturbance(begin.plus(slot.multipliedBy(i)).plus(at), victim, blow, lasts));
        }
        return all;
    }

    private static Duration lasts(Victim victim, Blow blow, Random random) {
        if (!victim.isService()) {
            return between(Duration.ofSeconds(3), Duration.ofMillis(6_500), random);
        }
        return blow == Blow.KILL
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
                .map(Disturbance::end)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }
}
