/**
 * The rules of failover: when an issuer counts as unavailable, and which fallback takes its orders (pure). Called by
 * the order-service.
 */
package dev.perennial.rules.failover;
