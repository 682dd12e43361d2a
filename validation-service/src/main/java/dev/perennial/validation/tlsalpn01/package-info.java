/**
 * The challenge tls-alpn-01 (RFC 8737; for IP addresses RFC 8738): its responder, its prover, and our own look from the outside
 * before the CA looks. It must never shake hands with anybody who does not speak {@code acme-tls/1}, never answer for a name
 * without a live challenge, and never exchange a byte of application data.
 */
package dev.perennial.validation.tlsalpn01;
