/**
 * Renews certificates: when, by the pure {@code rules}, and the order that does it. Called by {@code facts} when a certificate was
 * issued, and by everybody who wants one to be replaced. It must never make a second order while one is under way.
 */
package dev.perennial.orders.renewal;
