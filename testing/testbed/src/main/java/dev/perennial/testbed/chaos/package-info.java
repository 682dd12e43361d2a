/**
 * Chaos runs: certificates are issued while services and parts are killed, frozen and disconnected; then the invariants are
 * checked. Used by {@code ./perennial chaos} and by the scenarios. {@code FaultPlan} and {@code Intents} are pure: a seed is
 * enough to repeat a run. A run must never help the fleet: it restarts ended services like a supervisor, ends its own faults, and
 * otherwise only observes.
 */
package dev.perennial.testbed.chaos;
