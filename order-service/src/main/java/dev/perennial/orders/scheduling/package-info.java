/**
 * Tasks that are due at a time: one narrow table with tasks for each certificate, and the workers that poll it. A
 * wake-up only shortens a wait. Correctness never depends on it, because the process may end between the commit and
 * the wake-up. No class here depends on the content of a task.
 */
package dev.perennial.orders.scheduling;
