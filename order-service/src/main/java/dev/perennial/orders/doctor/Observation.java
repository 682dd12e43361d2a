package dev.perennial.orders.doctor;

import java.util.Optional;

/** What came of a look. */
sealed interface Observation<T> {
    record Found<T>(T it) implements Observation<T> {}

    /** @param why in words: nobody answered, or it took too long */
    record Missed<T>(String why) implements Observation<T> {}

    /** There was nothing to look at. */
    record NotTried<T>(String why) implements Observation<T> {}

    default Optional<T> found() {
        return switch (this) {
            case Found<T> found -> Optional.of(found.it());
            case Missed<T> missed -> Optional.empty();
            case NotTried<T> notTried -> Optional.empty();
        };
    }
}
