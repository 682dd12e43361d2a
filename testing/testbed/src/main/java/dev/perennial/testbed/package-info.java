/**
 * Real parts and the fleet on one machine, for the demo, the tests and the bench. Start at {@link dev.perennial.testbed.Stack}. All
 * parts listen on free ports of loopback and end when the stack is closed. It must never be used in production.
 */
package dev.perennial.testbed;
