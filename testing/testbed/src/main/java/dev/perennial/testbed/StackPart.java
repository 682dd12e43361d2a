package dev.perennial.testbed;

/** The parts that a stack can include. */
public enum StackPart {
    KAFKA,
    POSTGRES,
    VAULT,
    /** Pebble, its DNS server and its proxy. */
    CA,
    WEB,
    /** Zipkin and its bridge; not included by default. */
    TRACES,
    /** The four services; requires all other parts but the traces. */
    FLEET
}
