package dev.perennial.dns;

import java.util.SortedSet;

/** What one of a zone's servers says. */
public sealed interface ServerAnswer {
    NameServer server();

    /**
     * @param authoritative whether it says so with the authority of the zone (RFC 1035 section 4.1.1, AA)
     * @param serial of the zone's SOA
     * @param records the name's A, AAAA, CAA and CNAME records, without their times to live
     */
    record Answer(NameServer server, boolean authoritative, long serial, SortedSet<String> records)
            implements ServerAnswer {}

    /** @param why no usable answer came */
    record Silence(NameServer server, String why) implements ServerAnswer {}
}
