package dev.perennial.validation.dns01;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One TXT value of a name, which may have other values too.
 *
 * @param fqdn lower case, no trailing dot
 * @param value of the base64url alphabet, so that it needs no quoting
 */
record TxtRecord(String fqdn, String value) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{1,255}");

    /** @throws IllegalArgumentException if name or value contains other characters */
    TxtRecord {
        if (fqdn.length() > 253 || !NAME.matcher(fqdn).matches()) {
            throw new IllegalArgumentException("not a valid name of a challenge record: '" + fqdn + "'");
        }
        if (!VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException("not a valid value of a dns-01 challenge, at " + fqdn);
        }
    }

    /** With a trailing dot. */
    String absoluteName() {
        return fqdn + ".";
    }

    /** The name and its parent domains, the longest first, without the top-level domain. */
    List<String> domains() {
        return Stream.iterate(fqdn, name -> name.contains("."), name -> name.substring(name.indexOf('.') + 1))
                .toList();
    }

    String quotedValue() {
        return '"' + value + '"';
    }
}
