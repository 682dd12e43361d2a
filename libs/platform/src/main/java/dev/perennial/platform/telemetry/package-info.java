/** Spans, log context and JSON logs, the same in every service. */
package dev.perennial.platform.telemetry;
