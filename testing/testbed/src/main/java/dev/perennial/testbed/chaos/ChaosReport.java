package dev.perennial.testbed.chaos;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The result of a run.
 *
 * @param command repeats the run
 * @param log the events of the run, line by line
 * @param summary one line with the seed, the certificates and the injected faults
 * @param violations by invariant, in the order of the checks; an empty list if the invariant holds
 */
public record ChaosReport(String command, String log, String summary, Map<String, List<String>> violations) {
    private static final int MAX_SHOWN = 20;

    public boolean isGood() {
        return violations.values().stream().allMatch(List::isEmpty);
    }

    /** The summary, and one line for each invariant, with evidence if it is violated. */
    @Override
    public String toString() {
        return summary + "\n"
                + violations.entrySet().stream()
                        .map(entry -> line(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining("\n"))
                + "\nrepeat with: " + command;
    }

    private static String line(String invariant, List<String> violations) {
        String evidence = violations.stream()
                .limit(MAX_SHOWN)
                .map(violation -> "\n           " + violation)
                .collect(Collectors.joining());
        String more =
                violations.size() > MAX_SHOWN ? "\n           and " + (violations.size() - MAX_SHOWN) + " more" : "";
        return (violations.isEmpty() ? "  holds    " : "  VIOLATED ") + invariant + evidence + more;
    }
}
