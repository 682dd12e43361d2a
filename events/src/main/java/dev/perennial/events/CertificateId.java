package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** A certificate that Perennial renews; it outlives its orders. UUIDv7, the record key of every fact about it. */
public record CertificateId(@JsonValue UUID value) {
    /** @throws IllegalArgumentException if the text is not a UUID in its canonical form of 36 characters */
    @JsonCreator
    public static CertificateId of(String text) {
        return new CertificateId(Uuids.parse(text));
    }

    @JsonCreator(mode = JsonCreator.Mode.DISABLED)
    public CertificateId {
        java.util.Objects.requireNonNull(value, "value");
    }

    public static CertificateId next() {
        return new CertificateId(Uuids.next());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
