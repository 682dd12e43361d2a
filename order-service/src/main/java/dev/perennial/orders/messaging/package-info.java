/**
 * The transactional inbox and outbox: which events were processed, and which are to be published. Both are used only inside the
 * transaction of the caller. The relay publishes in the order of the rows, and is the only publisher of this service.
 */
package dev.perennial.orders.messaging;
