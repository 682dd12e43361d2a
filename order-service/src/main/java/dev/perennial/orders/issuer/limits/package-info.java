/**
 * The rate limit budget: token buckets and failing names, read and changed in the transaction that leases an order or
 * records its result. Lock order: order rows before buckets, buckets by id. No class here waits for a CA.
 */
package dev.perennial.orders.issuer.limits;
