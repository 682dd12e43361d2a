/**
 * Challenges as a CA sees them: fetches and handshakes with one address, and the probe that identifies a responder of Perennial.
 * Used by self-checks, by the doctor and by the responders. It must never follow a redirect, and a probe must never be of use
 * to a CA.
 */
package dev.perennial.platform.probe;
