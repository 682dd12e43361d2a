/**
 * Corrects the times that a process with a wrong clock has stored. This is the only package besides a table's own one
 * that writes its rows: it knows the columns of all rows that wait, and nothing else about them.
 */
package dev.perennial.orders.clocks;
