package dev.perennial.platform.messaging;

import dev.perennial.events.CloudEvent;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;

/**
 * A record without a value, which removes the state under its key from a compacted topic.
 *
 * @param time when its writer decided the removal; empty if the record has no valid one, which is possible only while signatures
 *     are not required
 */
public record Tombstone(String key, Optional<Instant> time) {
    static Tombstone of(String key, Map<String, String> headers) {
        return new Tombstone(
                key, Optional.ofNullable(headers.get(CloudEvent.TIME)).flatMap(Tombstone::parse));
    }

    private static Optional<Instant> parse(String time) {
        try {
            return Optional.of(OffsetDateTime.parse(time).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
