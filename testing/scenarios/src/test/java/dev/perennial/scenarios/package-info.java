/** End-to-end tests of the fleet with real parts: Kafka, PostgreSQL, OpenBao, Pebble, nginx, Zipkin, and the packaged services. */
package dev.perennial.scenarios;
