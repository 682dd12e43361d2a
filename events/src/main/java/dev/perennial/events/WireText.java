package dev.perennial.events;

/**
 * Text that every reader can store. JSON can contain NUL and unpaired surrogates, but PostgreSQL refuses the former and
 * UTF-8 cannot encode the latter.
 */
public final class WireText {
    private static final char REPLACEMENT = '\uFFFD';

    private WireText() {}

    /** Whether the text contains neither NUL nor an unpaired surrogate. */
    public static boolean is(String text) {
        return text.codePoints().noneMatch(WireText::isUnsupported);
    }

    /** Replaces each unsupported character by U+FFFD. */
    public static String of(String text) {
        if (is(text)) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(point -> clean.appendCodePoint(isUnsupported(point) ? REPLACEMENT : point));
        return clean.toString();
    }

    private static boolean isUnsupported(int point) {
        return point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }
}
