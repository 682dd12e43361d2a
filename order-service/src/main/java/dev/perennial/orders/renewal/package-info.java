/**
 * Renews certificates: {@code dev.perennial.rules.renewal} computes the time, this package creates the order. Called
 * by {@code consumers} after an issuance, and by every package that needs a replacement. No second order is created
 * while one is in progress.
 */
package dev.perennial.orders.renewal;
