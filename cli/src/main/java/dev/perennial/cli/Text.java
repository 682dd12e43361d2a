package dev.perennial.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** Formats values of the API as text. */
final class Text {
    private static final String ABSENT = "-";

    private static final int EXCERPT = 200;

    private Text() {}

    /** On one line, at most 200 characters. */
    static String excerpt(String value) {
        String line = oneLine(value);
        return line.length() <= EXCERPT ? line : line.substring(0, EXCERPT) + "...";
    }

    /** On one line, so that a value cannot imitate the next line of the output. */
    static String oneLine(Object value) {
        return value == null ? ABSENT : value.toString().replace("\r", "").replace("\n", "\\n");
    }

    /** Indents continuation lines, so that they cannot imitate other lines of the output. */
    static String block(String value, int indent) {
        return value == null ? ABSENT : value.strip().replace("\r", "").replace("\n", "\n" + " ".repeat(indent));
    }

    /** {@code IN_PROGRESS} as {@code in progress}; an unknown constant as {@code unknown}. */
    static String words(Enum<?> constant) {
        return constant == null
                ? "unknown"
                : constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static String orAbsent(Optional<?> value) {
        return value.map(Text::oneLine).orElse(ABSENT);
    }

    /** Truncated to seconds. */
    static String second(Instant time) {
        return time == null ? ABSENT : time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
