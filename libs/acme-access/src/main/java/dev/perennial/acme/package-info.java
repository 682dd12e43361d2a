/**
 * ACME (RFC 8555): one account per issuer, one method per request, every response a value. The only package that
 * imports acme4j. It never sends a request outside the directory's origin, and every wait has a limit.
 */
package dev.perennial.acme;
