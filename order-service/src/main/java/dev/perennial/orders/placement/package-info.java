/**
 * Places due orders at their CA and publishes overdue ones again. A lease is taken in one transaction, the CA is called outside of any,
 * the result is committed in another: no row stays locked during a call.
 */
package dev.perennial.orders.placement;
