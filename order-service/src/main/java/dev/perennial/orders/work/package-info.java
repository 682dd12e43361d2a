/**
 * Workers that poll a table and can be woken. Called by {@code outbox} and {@code placing}; woken by whoever commits.
 * A wake-up only saves waiting: nothing may depend on it, because the process may die between commit and wake-up.
 */
package dev.perennial.orders.work;
