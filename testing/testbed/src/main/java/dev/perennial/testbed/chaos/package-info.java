/**
 * Certificates go through while everything that they need is killed, frozen and cut, and then the promises are checked. Called by
 * {@code ./perennial chaos} and by the scenarios. {@code Plan} and {@code Intents} are pure: a seed is enough to repeat a run. It
 * must never help the fleet: it starts what has ended, as a supervisor does, mends what it broke, and otherwise only looks.
 */
package dev.perennial.testbed.chaos;
