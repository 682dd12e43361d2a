/**
 * Requests that wait for the decision of a second person: their rows, the decisions, and their expiry. {@code ApprovalRules}
 * decides who may decide. The capabilities ask {@code ApprovalRequests} before a request has an effect, and implement
 * {@code ApprovedAction}. No class here depends on one of them.
 */
package dev.perennial.orders.approvals;
