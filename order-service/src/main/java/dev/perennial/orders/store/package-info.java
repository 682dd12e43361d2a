/**
 * The tables that several packages share: certificates, orders, issued certificates, timeline. They are written in
 * the transactions of the callers. No class here makes decisions.
 */
package dev.perennial.orders.store;
