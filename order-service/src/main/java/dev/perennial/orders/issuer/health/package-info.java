/**
 * Failover: an order is placed at its issuer, or at one of its fallbacks while the issuer is unavailable. Health is
 * derived only from the results of orders. An order that a CA has accepted stays at that CA.
 */
package dev.perennial.orders.issuer.health;
