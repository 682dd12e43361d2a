package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/**
 * An intent to obtain one certificate. At most one certificate is finalized for it, regardless of the number of
 * retries.
 */
public record OrderId(@JsonValue UUID value) {
    /** The first 48 bits are milliseconds (RFC 9562 section 5.7). */
    private static final long ONE_MILLISECOND = 1L << 16;

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

    /**
     * The id of an order that is created after {@code latest}, the latest order of the same certificate. It sorts after
     * that one also if the clock went back since (RFC 9562 section 6.2): the order of ids is the order of creation, and
     * readers of ids compare them.
     */
    public static OrderId after(OrderId latest) {
        UUID next = Uuids.next();
        UUID last = latest.value();
        return new OrderId(
                next.toString().compareTo(last.toString()) > 0
                        ? next
                        : new UUID(last.getMostSignificantBits() + ONE_MILLISECOND, next.getLeastSignificantBits()));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
