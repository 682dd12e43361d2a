package dev.perennial.orders.submission;

import dev.perennial.events.ApprovalId;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.approvals.RequestScope;

/**
 * The approval of a request.
 *
 * @param by who approved it
 * @param scope of the request when the approval was requested
 */
public record GivenApproval(ApprovalId id, Principal by, RequestScope scope) {}
