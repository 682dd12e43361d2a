/**
 * The challenge http-01 (RFC 8555 section 8.3): responder, solver and self-check. The responder serves live responses
 * and probes only, and the self-check never follows a redirect.
 */
package dev.perennial.validation.http01;
