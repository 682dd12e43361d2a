/**
 * Consumes placed orders and publishes authorized or rejected orders: from the CA's authorizations to its decision.
 * Independent of the challenge types. It never places or finalizes an order.
 */
package dev.perennial.validation.orders;
