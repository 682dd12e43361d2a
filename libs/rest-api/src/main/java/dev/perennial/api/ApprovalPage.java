package dev.perennial.api;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list of approvals.
 *
 * @param next the cursor of the next page; absent on the last page
 */
public record ApprovalPage(List<ApprovalDetail> items, Optional<String> next) {
    public ApprovalPage {
        items = Absent.asEmpty(items);
        next = Absent.asEmpty(next);
    }
}
