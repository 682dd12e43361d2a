package dev.perennial.events;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.util.UUID;

/**
 * UUIDv7 (RFC 9562 section 5.7): unique without coordination and sorted by creation time, which keeps indexes dense.
 */
public final class Uuids {
    private static final TimeBasedEpochGenerator GENERATOR = Generators.timeBasedEpochGenerator();

    private Uuids() {}

    public static UUID next() {
        return GENERATOR.generate();
    }

    // UUID.fromString also accepts 1-1-1-1-1: one certificate would have two record keys.
    static UUID parse(String text) {
        UUID id = UUID.fromString(text);
        if (!id.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("not a UUID in its canonical form");
        }
        return id;
    }
}
