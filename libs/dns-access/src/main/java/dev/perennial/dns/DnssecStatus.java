package dev.perennial.dns;

/** The DNSSEC status of the zone that contains a name (RFC 4035 section 4.3). */
public sealed interface DnssecStatus {
    /** The zone's origin, without a trailing dot. */
    String zone();

    /** The parent zone has no DS record for the zone, so resolvers expect no signatures. */
    record Insecure(String zone) implements DnssecStatus {}

    /** The parent zone has a DS record, and the signatures of the answer validate against it. */
    record Secure(String zone) implements DnssecStatus {}

    /** A validating resolver answers SERVFAIL. */
    record Bogus(String zone, String reason) implements DnssecStatus {}
}
