package dev.perennial.events;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.util.UUID;

/** UUIDv7 (RFC 9562 section 5.7): unique without coordination and sorted by time of making, which keeps indexes dense. */
public final class Uuids {
    private static final TimeBasedEpochGenerator GENERATOR = Generators.timeBasedEpochGenerator();

    private Uuids() {}

    public static UUID next() {
        return GENERATOR.generate();
    }

    // UUID.fromString also reads 1-1-1-1-1, which would be one certificate under two record keys.
    static UUID parse(String text) {
        UUID id = UUID.fromString(text);
        if (!id.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("not a UUID in its canonical form");
        }
        return id;
    }
}
