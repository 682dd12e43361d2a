package dev.perennial.issuance.issuing;

import dev.perennial.events.CloudEvent;
import java.util.List;

/** Reads a topic in memory. */
public final class PublishedFacts {
    private PublishedFacts() {}

    /** The facts of this type, in the order of their publication. */
    public static <T> List<T> of(Class<T> type, List<CloudEvent> topic) {
        return topic.stream()
                .map(CloudEvent::data)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
