/**
 * The REST API. It translates between HTTP and the other packages and does nothing else: every path requires the bearer token, every
 * failure is a problem document (RFC 9457).
 */
package dev.perennial.orders.http;
