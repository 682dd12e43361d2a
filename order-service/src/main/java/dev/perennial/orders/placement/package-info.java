/**
 * Places due orders at their CAs and applies passed deadlines. A lease is taken in one transaction, the CA is called
 * outside of any transaction, and the result is committed in another, so that no row stays locked during a call.
 */
package dev.perennial.orders.placement;
