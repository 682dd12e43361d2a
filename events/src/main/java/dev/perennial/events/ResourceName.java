package dev.perennial.events;

import java.util.regex.Pattern;

/**
 * The name of a certificate, an owner, an issuer or a token. Names become parts of file names and Vault paths, so the
 * alphabet is small.
 */
public final class ResourceName {
    /** The regular expression, for messages and larger patterns. */
    public static final String REGEX = "[a-z0-9][a-z0-9._-]{0,62}";

    private static final Pattern PATTERN = Pattern.compile(REGEX);

    private ResourceName() {}

    /** @param text may be null, which is not a name */
    public static boolean isValid(String text) {
        return text != null && PATTERN.matcher(text).matches();
    }
}
