/**
 * The policy of each owner: its revisions, the reader of its document, and the limit of orders per day. {@code OwnerRules}
 * decide. No class here depends on a capability.
 */
package dev.perennial.orders.policy;
