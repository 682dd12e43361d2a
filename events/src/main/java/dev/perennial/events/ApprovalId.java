package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** A request that waits, or waited, for the decision of a second person. UUIDv7, the record key of every fact about it. */
public record ApprovalId(@JsonValue UUID value) {
    /** @throws IllegalArgumentException if the text is not a UUID in its canonical form of 36 characters */
    @JsonCreator
    public static ApprovalId of(String text) {
        return new ApprovalId(Uuids.parse(text));
    }

    @JsonCreator(mode = JsonCreator.Mode.DISABLED)
    public ApprovalId {
        java.util.Objects.requireNonNull(value, "value");
    }

    public static ApprovalId next() {
        return new ApprovalId(Uuids.next());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
