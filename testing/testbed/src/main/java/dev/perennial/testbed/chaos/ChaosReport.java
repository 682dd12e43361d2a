package dev.perennial.testbed.chaos;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What came of a run.
 *
 * @param command what repeats it
 * @param tale what happened, line by line
 * @param violations by promise, in the order in which they were checked; none where it was kept
 */
public record ChaosReport(String command, String tale, Map<String, List<String>> violations) {
    private static final int SHOWN = 20;

    public boolean isGood() {
        return violations.values().stream().allMatch(List::isEmpty);
    }

    /** A line for each promise, and what was seen where it was broken. */
    @Override
    public String toString() {
        return violations.entrySet().stream()
                        .map(entry -> line(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining("\n"))
                + "\nrepeat with: " + command;
    }

    private static String line(String promise, List<String> broken) {
        String evidence =
                broken.stream().limit(SHOWN).map(what -> "\n           " + what).collect(Collectors.joining());
        String more = broken.size() > SHOWN ? "\n           and " + (broken.size() - SHOWN) + " more" : "";
        return (broken.isEmpty() ? "  kept     " : "  BROKEN   ") + promise + evidence + more;
    }
}
