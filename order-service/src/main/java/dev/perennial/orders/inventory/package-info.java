/** Queries over all certificates, and gauges derived from them. Read-only. */
package dev.perennial.orders.inventory;
