package dev.perennial.rules.requests;

import dev.perennial.events.WireText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Checks the labels of a certificate or a host. Pure. */
public final class Labels {
    static final int MAX = 64;
    static final int MAX_KEY = 63;
    static final int MAX_VALUE = 255;

    private Labels() {}

    /** What prevents these labels from being stored; empty if nothing does. */
    public static List<String> problems(Map<String, String> labels) {
        List<String> problems = new ArrayList<>();
        if (labels.size() > MAX) {
            problems.add("at most " + MAX + " are possible, got " + labels.size());
        }
        boolean tooLong = labels.entrySet().stream()
                .anyMatch(label ->
                        label.getKey().length() > MAX_KEY || label.getValue().length() > MAX_VALUE);
        if (tooLong) {
            problems.add("a key has at most " + MAX_KEY + " characters, a value at most " + MAX_VALUE);
        }
        boolean clean = labels.entrySet().stream()
                .allMatch(label -> WireText.is(label.getKey()) && WireText.is(label.getValue()));
        if (!clean) {
            problems.add("NUL and unpaired surrogates cannot be stored");
        }
        return problems;
    }
}
