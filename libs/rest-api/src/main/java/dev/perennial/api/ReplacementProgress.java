package dev.perennial.api;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The progress of a replacement.
 *
 * @param items by state, zeros included
 * @param perMinute certificates that ended, since the approval
 * @param estimatedEnd at that rate, within the limits of the CAs
 */
public record ReplacementProgress(
        Map<ReplacementItemState, Integer> items, double perMinute, Optional<Instant> estimatedEnd) {
    public ReplacementProgress {
        // A state that only a newer server has is read as null.
        Map<ReplacementItemState, Integer> known = new EnumMap<>(ReplacementItemState.class);
        if (items != null) {
            items.forEach((state, count) -> {
                if (state != null) {
                    known.put(state, count);
                }
            });
        }
        items = Collections.unmodifiableMap(known);
        estimatedEnd = Absent.asEmpty(estimatedEnd);
    }
}
