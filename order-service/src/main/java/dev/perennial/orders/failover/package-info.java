/**
 * Where an order is placed: at the issuer it asks for, or at another one of that issuer's list while it is down. Health is what orders
 * have met there, nothing else. Called by {@code placing} before an order is leased and by {@code moves} with what became of it; it must
 * never take an order away from a CA that has it.
 */
package dev.perennial.orders.failover;
