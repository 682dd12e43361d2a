package dev.perennial.api;

import java.util.List;
import java.util.Optional;

/**
 * A page of the list of hosts.
 *
 * @param next the value of {@code after} for the next page; absent on the last page
 */
public record HostPage(List<HostSummary> items, Optional<String> next) {
    public HostPage {
        items = Absent.asEmpty(items);
        next = Absent.asEmpty(next);
    }
}
