package dev.perennial.exploration;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Visits every state that is reachable with a number of faults, breadth first, so that a violation has a shortest
 * trace.
 */
final class Exploration {
    /** More ACME orders for one intent say nothing new. */
    private static final int MAX_ATTEMPTS = 3;

    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<Integer> parents = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    /** By system: the states from which it is reached without a fault. */
    private final List<List<Integer>> faultlessBefore = new ArrayList<>();

    private final BitSet ends = new BitSet();
    private final Deque<SystemState> frontier = new ArrayDeque<>();
    private final List<String> violations = new ArrayList<>();
    private final CheckCounts checks = new CheckCounts();
    private final int maxViolations;
    private long transitions;
    private int cut;

    private Exploration(int maxViolations) {
        this.maxViolations = maxViolations;
    }

    /**
     * @param states distinct ones
     * @param transitions steps that were executed
     * @param cut states that were not continued because of their number of attempts
     * @param checks how often each invariant was checked
     * @param violations each with the steps that lead to it
     */
    record Result(
            int states, long transitions, int cut, Map<ExplorationInvariant, Long> checks, List<String> violations) {}

    /** @param faults crashes, lost answers, redeliveries, outages and long waits in one sequence */
    static Result run(Rules rules, int faults, int maxViolations) {
        Exploration exploration = new Exploration(maxViolations);
        exploration.visit(new SystemState(rules, exploration.checks, faults));
        exploration.requireProgress();
        exploration.checks.count(ExplorationInvariant.NO_DEFECT, exploration.transitions);
        return new Result(
                exploration.parents.size(),
                exploration.transitions,
                exploration.cut,
                exploration.checks.counts(),
                exploration.violations);
    }

    private void visit(SystemState first) {
        add(first, -1, "");
        while (!frontier.isEmpty() && violations.size() < maxViolations) {
            SystemState system = frontier.remove();
            int number = numbers.get(system.key());
            if (system.isServed()) {
                ends.set(number);
            }
            if (system.state.attempt() > MAX_ATTEMPTS) {
                cut++;
                ends.set(number);
                continue;
            }
            for (Steps.Next next : Steps.after(system)) {
                transitions++;
                int reached = add(next.system(), number, next.step());
                if (next.faultless()) {
                    faultlessBefore.get(reached).add(number);
                }
            }
        }
    }

    private int add(SystemState system, int parent, String step) {
        String key = system.key();
        Integer known = numbers.get(key);
        if (known != null) {
            return known;
        }
        int number = parents.size();
        numbers.put(key, number);
        parents.add(parent);
        steps.add(step);
        faultlessBefore.add(new ArrayList<>());
        if (system.violation.isPresent()) {
            violations.add(system.violation.get() + trace(number));
            ends.set(number);
        } else {
            frontier.add(system);
        }
        return number;
    }

    /** Every system leads to a certificate if no further fault happens. */
    private void requireProgress() {
        if (violations.size() >= maxViolations) {
            return;
        }
        BitSet leads = (BitSet) ends.clone();
        Deque<Integer> open = new ArrayDeque<>(ends.stream().boxed().toList());
        while (!open.isEmpty()) {
            for (int before : faultlessBefore.get(open.remove())) {
                if (!leads.get(before)) {
                    leads.set(before);
                    open.add(before);
                }
            }
        }
        Optional.of(leads.nextClearBit(0))
                .filter(stuck -> stuck < parents.size())
                .ifPresent(stuck -> violations.add(ExplorationInvariant.PROGRESS + trace(stuck)));
        checks.count(ExplorationInvariant.PROGRESS, parents.size());
    }

    private String trace(int number) {
        Deque<String> lines = new ArrayDeque<>();
        for (int at = number; parents.get(at) >= 0; at = parents.get(at)) {
            lines.addFirst("\n  " + steps.get(at));
        }
        return String.join("", lines);
    }
}
