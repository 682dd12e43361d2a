/**
 * Real parts on one machine and the fleet on top: one implementation for the demo, the tests and the bench. Start at
 * {@link dev.perennial.testbed.Stack}. Everything listens on loopback only, on free ports, and is gone when the stack is
 * closed. It must never be used with anything that is not a test.
 */
package dev.perennial.testbed;
