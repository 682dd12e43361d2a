package dev.perennial.validation.selection;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** A domain and all names below it. The empty suffix matches every name. */
public record Suffix(String value) {
    public static final Suffix EVERYTHING = new Suffix("");

    public Suffix {
        String text = value.strip().toLowerCase(Locale.ROOT);
        text = text.startsWith("*.") ? text.substring(2) : text;
        text = text.startsWith(".") ? text.substring(1) : text;
        value = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    public boolean covers(String name) {
        return value.isEmpty() || name.equals(value) || name.endsWith("." + value);
    }

    /** The longest suffix that covers the name; the first candidate of equals. */
    static <T> Optional<T> longest(Collection<T> all, Function<T, Suffix> suffix, String name) {
        return all.stream()
                .filter(candidate -> suffix.apply(candidate).covers(name))
                .sorted(Comparator.comparing(
                                (T candidate) -> suffix.apply(candidate).value.length())
                        .reversed())
                .findFirst();
    }

    @Override
    public String toString() {
        return value.isEmpty() ? "everything" : value;
    }
}
