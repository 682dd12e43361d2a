/**
 * Places due orders at their CA, and sends overdue ones out again. A lease is taken in one transaction, the CA is asked
 * outside any, the result is committed in another. It must never hold a row while it waits for somebody.
 */
package dev.perennial.orders.placing;
