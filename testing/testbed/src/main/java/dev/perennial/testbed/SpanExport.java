package dev.perennial.testbed;

/** What becomes of the spans that services send. */
enum SpanExport {
    /** In Zipkin. */
    SHOWN,
    DROPPED,
    /** A line each in the bridge's log. */
    LOGGED
}
