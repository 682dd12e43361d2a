/**
 * Carries out what {@code lifecycle} decides: row, timeline and outbox in the caller's transaction. Called by {@code facts},
 * {@code placing} and {@code requests}. It must never decide by itself, and never do anything that the transaction cannot take back.
 */
package dev.perennial.orders.moves;
