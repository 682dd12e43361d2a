package dev.perennial.api;

import dev.perennial.events.OrderId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One line of the timeline of a certificate.
 *
 * @param entry an event type, for example {@code order.placed}
 * @param detail the fields of that event that are of interest
 */
public record TimelineItem(
        Instant at, OrderId orderId, String entry, Map<String, Object> detail, Optional<String> traceId) {
    public TimelineItem {
        detail = detail == null ? Map.of() : Map.copyOf(detail);
        traceId = Absent.asEmpty(traceId);
    }
}
