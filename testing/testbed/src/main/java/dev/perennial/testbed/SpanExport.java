package dev.perennial.testbed;

/** The destination of the services' spans. */
enum SpanExport {
    /** Zipkin. */
    SHOWN,
    DROPPED,
    /** The log of the bridge, one line per span. */
    LOGGED
}
