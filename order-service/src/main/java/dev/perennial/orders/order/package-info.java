/**
 * Applies the decisions of the lifecycle rules to one order: row, timeline and outbox in the caller's transaction. No
 * class here decides, or does anything that a rollback does not undo.
 */
package dev.perennial.orders.order;
