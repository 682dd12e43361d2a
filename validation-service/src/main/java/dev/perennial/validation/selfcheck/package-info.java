/**
 * The self-check before the CA's validation: resolves the name and probes every address, with retries up to a limit.
 * The challenge type defines the probe. This package makes no decision about an order.
 */
package dev.perennial.validation.selfcheck;
