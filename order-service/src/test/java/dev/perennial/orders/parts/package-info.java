/** Fixtures of the service over a real PostgreSQL. */
package dev.perennial.orders.parts;
