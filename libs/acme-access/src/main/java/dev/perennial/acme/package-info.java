/**
 * ACME (RFC 8555) as the fleet needs it: one account per issuer, one method per request to the CA, every answer a value.
 * The only place that imports acme4j. It must never follow a URL outside the directory's origin, and never wait for ever.
 */
package dev.perennial.acme;
