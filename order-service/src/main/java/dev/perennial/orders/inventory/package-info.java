/**
 * What is known of every certificate and its orders: the tables and the questions people ask of them. Written inside the
 * transactions of {@code requests}, {@code placing} and {@code moves}, read by {@code rest}. It must never decide anything.
 */
package dev.perennial.orders.inventory;
