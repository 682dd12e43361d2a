/**
 * Traces of the run: Zipkin for its interface, and a bridge to it from OTLP, which the services speak and Zipkin does not.
 */
package dev.perennial.testbed.traces;
