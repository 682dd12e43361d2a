/**
 * Applies what the lifecycle rules decide to one order: row, timeline and outbox in the caller's transaction. Nothing here decides,
 * and nothing here does what the transaction cannot undo.
 */
package dev.perennial.orders.order;
