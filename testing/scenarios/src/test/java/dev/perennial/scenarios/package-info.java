/** What the fleet promises, tried on real parts: Kafka, PostgreSQL, OpenBao, Pebble, nginx, Zipkin, and the packaged services. */
package dev.perennial.scenarios;
