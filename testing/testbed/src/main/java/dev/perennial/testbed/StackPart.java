package dev.perennial.testbed;

/** What can be asked of a stack one by one. */
public enum StackPart {
    KAFKA,
    POSTGRES,
    VAULT,
    /** Pebble, its DNS and the front. */
    CA,
    WEB,
    /** Zipkin and the bridge to it; never there unless asked for. */
    TRACES,
    /** The four services; needs all the others but the traces. */
    FLEET
}
