/**
 * The tables that several packages share: certificates, orders, issued certificates, timeline. Written inside the callers'
 * transactions. Nothing here decides.
 */
package dev.perennial.orders.store;
