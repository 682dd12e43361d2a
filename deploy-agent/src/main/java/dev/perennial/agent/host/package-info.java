/**
 * The host's own file: which certificates this host accepts, where they go, and every command that may run. Read once at
 * start, strictly. It must never take anything from the control plane.
 */
package dev.perennial.agent.host;
