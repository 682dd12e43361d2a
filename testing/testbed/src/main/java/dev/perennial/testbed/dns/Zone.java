package dev.perennial.testbed.dns;

/**
 * What a name server knows of a zone at its start.
 *
 * @param origin no trailing dot
 * @param records lines of a zone file, NS records and their addresses among them; the SOA is added
 * @param signed DNSSEC; the zone above does not know of it by itself
 */
public record Zone(String origin, String records, boolean signed) {
    public Zone(String origin, String records) {
        this(origin, records, false);
    }

    /** With keys that BIND makes at its first start and keeps in its run folder. */
    public Zone asSigned() {
        return new Zone(origin, records, true);
    }

    /** Served by one server on loopback; every name of it is on loopback too. */
    public static Zone onLoopback(String origin) {
        return new Zone(origin, """
                @ NS ns1
                @ A 127.0.0.1
                ns1 A 127.0.0.1
                * A 127.0.0.1
                """);
    }

    String text() {
        return """
                $TTL 1
                @ SOA ns1 hostmaster 1 60 60 600 1
                """ + records;
    }
}
