package dev.perennial.dns;

/**
 * One CAA record (RFC 8659 section 4.1).
 *
 * @param critical whether a CA that does not support the tag must not issue
 * @param tag lower case
 */
public record CaaProperty(boolean critical, String tag, String value) {
    @Override
    public String toString() {
        return (critical ? "128 " : "0 ") + tag + " \"" + value + "\"";
    }
}
