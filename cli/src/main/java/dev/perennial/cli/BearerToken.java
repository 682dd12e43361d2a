package dev.perennial.cli;

import java.util.regex.Pattern;

/** The form of bearer tokens (RFC 6750, 2.1). */
final class BearerToken {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private BearerToken() {}

    /** Other characters could end the header. */
    static boolean isValid(String token) {
        return FORM.matcher(token).matches();
    }
}
