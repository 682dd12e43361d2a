/**
 * What the CAs still let us do: the state of their limits and of names that keep failing, in PostgreSQL, read and changed in the
 * transaction of whoever leases an order or learns what became of it. Orders are locked before buckets, buckets in the order of
 * their ids. It must never decide about an order's life, and never wait for a CA.
 */
package dev.perennial.orders.budget;
