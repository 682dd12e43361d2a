package dev.perennial.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** Values of the API as text. */
final class Text {
    private static final String ABSENT = "-";

    private Text() {}

    /** On one line, so that a value cannot look like the next line of the output. */
    static String oneLine(Object value) {
        return value == null ? ABSENT : value.toString().replace("\r", "").replace("\n", "\\n");
    }

    /** Continuation lines are indented, so that they cannot look like lines of their own. */
    static String block(String value, int indent) {
        return value == null ? ABSENT : value.strip().replace("\r", "").replace("\n", "\n" + " ".repeat(indent));
    }

    /** {@code UNDER_WAY} as {@code under way}; a constant that this version does not know as {@code unknown}. */
    static String words(Enum<?> constant) {
        return constant == null
                ? "unknown"
                : constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static String orAbsent(Optional<?> value) {
        return value.map(Text::oneLine).orElse(ABSENT);
    }

    /** Without the fraction of a second. */
    static String second(Instant time) {
        return time == null ? ABSENT : time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
