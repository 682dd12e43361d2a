/**
 * Facts that are committed with the state they are about and sent afterwards. Everybody who changes state appends here;
 * one relay of the whole installation sends. The only package that may hold an emitter; it must never send inside a
 * transaction.
 */
package dev.perennial.orders.outbox;
