/**
 * The challenge http-01 (RFC 8555 section 8.3): its responder, its prover, and our own look from the outside before the CA
 * looks. It must never serve anything but live answers, and never follow a redirect.
 */
package dev.perennial.validation.http01;
