/** Parts of the service put together by hand, over a real PostgreSQL. */
package dev.perennial.orders.parts;
