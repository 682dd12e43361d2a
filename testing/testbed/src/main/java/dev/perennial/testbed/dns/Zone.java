package dev.perennial.testbed.dns;

/**
 * The initial content of a zone.
 *
 * @param origin no trailing dot
 * @param records lines of a zone file, including NS records and their addresses; the SOA record is added
 * @param signed DNSSEC; the parent zone needs a DS record separately
 */
public record Zone(String origin, String records, boolean signed) {
    public Zone(String origin, String records) {
        this(origin, records, false);
    }

    /** Signed with keys that BIND generates at its first start and keeps in its run folder. */
    public Zone asSigned() {
        return new Zone(origin, records, true);
    }

    /** A zone on one server on loopback, in which every name resolves to loopback. */
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
