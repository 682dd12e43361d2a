package dev.perennial.api;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list of owners.
 *
 * @param next the parameter {@code after} of the next page; absent on the last page
 */
public record OwnerPage(List<OwnerSummary> items, Optional<String> next) {
    public OwnerPage {
        items = Absent.asEmpty(items);
        next = Absent.asEmpty(next);
    }
}
