package dev.perennial.exploration;

import dev.perennial.events.RetryLater;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The outcomes of the calls in one step. A step is run again with other choices until all combinations with at most the
 * given number of faults were tried.
 */
final class Choices {
    private final List<Integer> prescribed;
    private final List<Integer> made = new ArrayList<>();
    private final List<Integer> options = new ArrayList<>();
    private final StringJoiner faults = new StringJoiner(", ");
    private int faultCount;

    private Choices(List<Integer> prescribed) {
        this.prescribed = prescribed;
    }

    /** All calls succeed. */
    static Choices first() {
        return new Choices(List.of());
    }

    /** The next combination; empty after the last one. */
    Optional<Choices> next(int maxFaults) {
        for (int i = made.size() - 1; i >= 0; i--) {
            boolean anotherFault = made.get(i) == 0;
            int before = (int)
                    made.subList(0, i).stream().filter(choice -> choice > 0).count();
            if (made.get(i) + 1 < options.get(i) && (!anotherFault || before < maxFaults)) {
                List<Integer> next = new ArrayList<>(made.subList(0, i));
                next.add(made.get(i) + 1);
                return Optional.of(new Choices(next));
            }
        }
        return Optional.empty();
    }

    /**
     * Performs a call with one of its outcomes.
     *
     * @param failure of a call that was not sent, or whose answer is lost
     */
    <T> T call(String name, Supplier<T> effect, Function<CallOutcome, RetryLater> failure) {
        CallOutcome outcome = of(name, CallOutcome.OUTCOMES);
        if (outcome == CallOutcome.CRASH_BEFORE) {
            throw new Crash();
        }
        if (outcome == CallOutcome.NOT_SENT) {
            throw failure.apply(outcome);
        }
        T answer = effect.get();
        if (outcome == CallOutcome.CRASH_AFTER) {
            throw new Crash();
        }
        if (outcome == CallOutcome.ANSWER_LOST) {
            throw failure.apply(outcome);
        }
        return answer;
    }

    /** Selects an outcome; the first one is success. */
    <T> T of(String call, List<T> outcomes) {
        int index = made.size() < prescribed.size() ? prescribed.get(made.size()) : 0;
        made.add(index);
        options.add(outcomes.size());
        if (index > 0) {
            faultCount++;
            faults.add(call + " " + outcomes.get(index));
        }
        return outcomes.get(index);
    }

    int faults() {
        return faultCount;
    }

    @Override
    public String toString() {
        return faultCount == 0 ? "" : " (" + faults + ")";
    }
}
