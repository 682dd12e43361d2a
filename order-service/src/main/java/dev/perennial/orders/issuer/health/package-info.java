/**
 * Where an order is placed: at its issuer, or at one of that issuer's fallbacks while it is unavailable. Health is derived only from
 * what orders met there. An order that a CA has accepted stays at that CA.
 */
package dev.perennial.orders.issuer.health;
