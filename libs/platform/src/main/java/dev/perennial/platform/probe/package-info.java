/**
 * Fetches and handshakes with one address as a CA performs them, and the probe that identifies a responder of
 * Perennial. Used by self-checks, by the doctor and by the responders. It must never follow a redirect, and the
 * response to a probe must never be valid for a CA.
 */
package dev.perennial.platform.probe;
