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
 * @param initiator the principal on whose behalf it happened, or {@code /perennial/order-service}
 */
public record TimelineItem(
        Instant at,
        OrderId orderId,
        String entry,
        Map<String, Object> detail,
        Optional<String> initiator,
        Optional<String> traceId) {
    public TimelineItem {
        detail = detail == null ? Map.of() : Map.copyOf(detail);
        initiator = Absent.asEmpty(initiator);
        traceId = Absent.asEmpty(traceId);
    }
}
