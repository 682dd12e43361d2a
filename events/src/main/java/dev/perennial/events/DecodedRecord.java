package dev.perennial.events;

/** What a Kafka record turned out to be. */
public sealed interface DecodedRecord {
    /** An event of ours. */
    record Known(CloudEvent event) implements DecodedRecord {}

    /** A type this version does not know: to be acknowledged and counted, a newer neighbour wrote it. */
    record Unknown(String id, String type) implements DecodedRecord {}

    /**
     * Something that claims to be ours and cannot be read.
     *
     * @param id the CloudEvents id, empty where there was none
     * @param type the CloudEvents type, empty where there was none
     */
    record Malformed(String id, String type, Problem problem) implements DecodedRecord {}
}
