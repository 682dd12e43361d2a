package dev.perennial.orders.submission;

import dev.perennial.events.ApprovalId;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Resource;

/**
 * The approval of a request.
 *
 * @param by who approved it
 * @param resource that the request concerned when the approval was requested
 */
public record GivenApproval(ApprovalId id, Principal by, Resource resource) {}
