/**
 * The host file: the certificates that this host accepts, their targets, and every command that may run. Read strictly,
 * once at start. It must never accept anything from the control plane.
 */
package dev.perennial.agent.host;
