package dev.perennial.dns;

/** How it is about the signatures of the zone that a name is in (RFC 4035). */
public sealed interface DnssecStatus {
    /** The zone's origin, without a trailing dot. */
    String zone();

    /** The zone above has no DS record for it: nobody expects signatures. */
    record Unsigned(String zone) implements DnssecStatus {}

    /** The zone above has one, and the answer is signed as it promises. */
    record Valid(String zone) implements DnssecStatus {}

    /** Whoever validates gets no answer. */
    record Broken(String zone, String why) implements DnssecStatus {}
}
