/**
 * The REST API. It maps between HTTP and the other packages and does nothing else. Every path requires the bearer token, and every
 * failure is a problem document (RFC 9457).
 */
package dev.perennial.orders.http;
