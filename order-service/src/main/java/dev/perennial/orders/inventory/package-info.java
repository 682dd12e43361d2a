/**
 * Queries over all certificates, and the gauges derived from them. Read-only.
 */
package dev.perennial.orders.inventory;
