package dev.perennial.api;

import java.util.List;
import java.util.Optional;

/** Replaces absent fields by empty values. */
final class Absent {
    private Absent() {}

    static <T> List<T> asEmpty(List<T> values) {
        return values == null ? List.of() : List.copyOf(values);
    }

    static <T> Optional<T> asEmpty(Optional<T> value) {
        return value == null ? Optional.empty() : value;
    }
}
