/**
 * What the limits of the CAs still allow: token buckets and names that keep failing, read and changed in the transaction that leases
 * an order or records its result. Lock order: order rows before buckets, buckets by id. Nothing here waits for a CA.
 */
package dev.perennial.orders.issuer.limits;
