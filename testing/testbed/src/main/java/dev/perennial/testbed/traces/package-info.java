/**
 * Traces of the run: Zipkin for its web interface, and a bridge from OTLP, which the services export, to Zipkin's format.
 */
package dev.perennial.testbed.traces;
