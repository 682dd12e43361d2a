/**
 * Work that is due at a time: one narrow table of tasks per certificate, and the workers that poll. A wake-up only shortens a wait:
 * nothing may depend on it, because the process may die between the commit and the wake-up. No class here knows what a task does.
 */
package dev.perennial.orders.scheduling;
