/** When an issuer counts as unavailable, and where its orders go then (pure). Called by the order-service. */
package dev.perennial.rules.failover;
