/**
 * The challenge tls-alpn-01 (RFC 8737; for IP addresses RFC 8738): responder, solver and self-check. The responder
 * completes no handshake without {@code acme-tls/1}, sends no certificate for a name without a live challenge (probes
 * excepted), and exchanges no application data.
 */
package dev.perennial.validation.tlsalpn01;
