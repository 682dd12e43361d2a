package dev.perennial.vault;

import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;

/** The policy of the AppRole does not allow the request. A retry succeeds only after the policy is corrected. */
public final class PermissionDenied extends RetryLater {
    private static final long serialVersionUID = 1L;

    PermissionDenied(Problem problem) {
        super(problem);
    }
}
