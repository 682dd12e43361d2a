package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/**
 * An intent to obtain one certificate. At most one certificate is finalized for it, regardless of the number of
 * retries.
 */
public record OrderId(@JsonValue UUID value) {
    /** @throws IllegalArgumentException if the text is not a UUID in its canonical form of 36 characters */
    @JsonCreator
    public static OrderId of(String text) {
        return new OrderId(Uuids.parse(text));
    }

    @JsonCreator(mode = JsonCreator.Mode.DISABLED)
    public OrderId {
        java.util.Objects.requireNonNull(value, "value");
    }

    public static OrderId next() {
        return new OrderId(Uuids.next());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
