package dev.perennial.events;

/**
 * Text that every reader can store. JSON can carry NUL and unpaired surrogates; PostgreSQL refuses the former, UTF-8 cannot express
 * the latter.
 */
public final class WireText {
    private static final char REPLACEMENT = '\uFFFD';

    private WireText() {}

    /** Whether there is neither NUL nor an unpaired surrogate in it. */
    public static boolean is(String text) {
        return text.codePoints().noneMatch(WireText::isUnclean);
    }

    /** The text with U+FFFD in the place of each character that cannot be held. */
    public static String of(String text) {
        if (is(text)) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(point -> clean.appendCodePoint(isUnclean(point) ? REPLACEMENT : point));
        return clean.toString();
    }

    private static boolean isUnclean(int point) {
        return point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }
}
