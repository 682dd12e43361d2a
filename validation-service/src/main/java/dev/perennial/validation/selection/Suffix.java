package dev.perennial.validation.selection;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** A domain: itself and all names below it. The empty one is every name. */
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

    /** Of those that cover the name the one that says most about it; of equals the first. */
    static <T> Optional<T> longest(Collection<T> all, Function<T, Suffix> suffix, String name) {
        return all.stream()
                .filter(one -> suffix.apply(one).covers(name))
                .sorted(Comparator.comparing((T one) -> suffix.apply(one).value.length())
                        .reversed())
                .findFirst();
    }

    @Override
    public String toString() {
        return value.isEmpty() ? "everything" : value;
    }
}
