/**
 * Deletes the history whose retention is over, in small batches. Each table's own package holds the statements;
 * {@code libs/rules} decides.
 */
package dev.perennial.orders.retention;
