package dev.perennial.orders.approvals;

import dev.perennial.events.Problem;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.submission.GivenApproval;
import dev.perennial.rules.access.Action;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The effect of an approved request of one kind. */
public interface ApprovedAction {
    /** The action of the approvals that it executes. */
    Action action();

    /** The result. */
    sealed interface Result {
        /** @param answer as JSON */
        record Done(String answer) implements Result {}

        /** Nothing was changed, and the request still waits. */
        record Refused(List<Problem> problems) implements Result {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    /**
     * Decides about the request again, as it would be decided now, and gives it its effect in the transaction of the approval.
     *
     * @param requester with the grants that it has now
     */
    Result execute(Handle tx, StoredApproval approval, Caller requester, GivenApproval given, Instant now);

    /** Runs after the commit. */
    default void committed() {}
}
