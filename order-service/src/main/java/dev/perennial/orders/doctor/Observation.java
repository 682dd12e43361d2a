package dev.perennial.orders.doctor;

import java.util.Optional;

/** The result of a check. */
sealed interface Observation<T> {
    record Found<T>(T it) implements Observation<T> {}

    /** @param why the reason, for example a timeout */
    record Missed<T>(String why) implements Observation<T> {}

    /** There was nothing to check. */
    record NotTried<T>(String why) implements Observation<T> {}

    default Optional<T> found() {
        return switch (this) {
            case Found<T> found -> Optional.of(found.it());
            case Missed<T> missed -> Optional.empty();
            case NotTried<T> notTried -> Optional.empty();
        };
    }
}
