package dev.perennial.api;

import java.util.Map;
import java.util.Optional;

/**
 * A host to register.
 *
 * @param labels that replace the present ones; absent: these stay
 */
public record HostRequest(Optional<Map<String, String>> labels) {
    public HostRequest {
        labels = Absent.asEmpty(labels);
    }
}
