package dev.perennial.events;

/** The result of decoding a Kafka record. */
public sealed interface DecodedRecord {
    /** An event of a known type. */
    record Known(CloudEvent event) implements DecodedRecord {}

    /** An unknown type, which a newer version of its writer sent: acknowledged and counted. */
    record Unknown(String id, String type) implements DecodedRecord {}

    /**
     * A record with a known type that cannot be decoded.
     *
     * @param id the CloudEvents id, empty if there was none
     * @param type the CloudEvents type, empty if there was none
     */
    record Malformed(String id, String type, Problem problem) implements DecodedRecord {}
}
