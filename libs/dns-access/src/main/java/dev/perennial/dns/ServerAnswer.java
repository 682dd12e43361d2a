package dev.perennial.dns;

import java.util.SortedSet;

/** The answer of one authoritative server of a zone. */
public sealed interface ServerAnswer {
    NameServer server();

    /**
     * @param authoritative whether the AA bit is set (RFC 1035 section 4.1.1)
     * @param serial the serial of the zone's SOA record
     * @param records the name's A, AAAA, CAA and CNAME records, without TTL
     */
    record Answer(NameServer server, boolean authoritative, long serial, SortedSet<String> records)
            implements ServerAnswer {}

    /** @param reason the cause of the missing answer */
    record NoAnswer(NameServer server, String reason) implements ServerAnswer {}
}
