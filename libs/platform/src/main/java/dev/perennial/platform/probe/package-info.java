/**
 * How challenges look from the outside: fetches and handshakes at one address as a CA does them, and the probe by which a responder
 * of ours is known. Used by who looks before a CA does, and by the responders. It must never follow a redirect, and a
 * probe must never be of use to a CA.
 */
package dev.perennial.platform.probe;
