package dev.perennial.agent.targets.onefile;

import java.util.Arrays;

/** A pattern in which {@code *} stands for any characters except {@code /}, and {@code ?} for one of them. */
public record NamePattern(String pattern) {
    public boolean matches(String text) {
        return intersect(pattern, text);
    }

    /** Whether it only matches itself. */
    boolean isText() {
        return pattern.chars().noneMatch(c -> isWildcard((char) c));
    }

    /** Whether a text matches both patterns. */
    public boolean intersects(NamePattern other) {
        return intersect(pattern, other.pattern);
    }

    /**
     * Row by row: whether the first {@code i} characters of one pattern and the first {@code j} of the other have a
     * text in common.
     */
    private static boolean intersect(String one, String other) {
        boolean[] above = new boolean[other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            boolean[] row = new boolean[other.length() + 1];
            for (int j = 0; j <= other.length(); j++) {
                char a = i == 0 ? 0 : one.charAt(i - 1);
                char b = j == 0 ? 0 : other.charAt(j - 1);
                row[j] = i == 0 && j == 0
                        || i > 0 && above[j] && (a == '*')
                        || j > 0 && row[j - 1] && (b == '*')
                        || i > 0 && j > 0 && above[j - 1] && agree(a, b)
                        // A star takes one more character of the other pattern.
                        || i > 0 && j > 0 && a == '*' && row[j - 1] && b != '/'
                        || i > 0 && j > 0 && b == '*' && above[j] && a != '/';
            }
            above = Arrays.copyOf(row, row.length);
        }
        return above[other.length()];
    }

    private static boolean agree(char a, char b) {
        return a == b || isWildcard(a) && b != '/' || isWildcard(b) && a != '/';
    }

    private static boolean isWildcard(char c) {
        return c == '*' || c == '?';
    }
}
