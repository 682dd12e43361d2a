package dev.perennial.validation.dns01;

import java.util.regex.Pattern;

/**
 * One TXT value under one name; others may stand beside it.
 *
 * @param fqdn lower case, no trailing dot
 * @param value of the base64url alphabet, so that no provider's quoting can matter
 */
record TxtRecord(String fqdn, String value) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{1,255}");

    /** @throws IllegalArgumentException where it could not be sent to a provider as it is */
    TxtRecord {
        if (fqdn.length() > 253 || !NAME.matcher(fqdn).matches()) {
            throw new IllegalArgumentException("not the name of a record of ours: '" + fqdn + "'");
        }
        if (!VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException("not a value of a dns-01 challenge, under " + fqdn);
        }
    }

    /** As DNS and most APIs write it. */
    String absoluteName() {
        return fqdn + ".";
    }

    String quotedValue() {
        return '"' + value + '"';
    }
}
