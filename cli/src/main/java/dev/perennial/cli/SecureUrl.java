package dev.perennial.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/** URLs to which a login may send its secrets. */
final class SecureUrl {
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}|\\[::1]|localhost");

    private static final int MAX_LENGTH = 2_000;
    private static final int MAX_PORT = 65_535;

    private SecureUrl() {}

    /**
     * Requires https, or http at a loopback address (RFC 6749, 3.1 and 3.2; RFC 8628, 3.1).
     *
     * @param name of the option or field, for the error
     * @throws LoginException if the text is not such a URL
     */
    static URI parse(String name, String text) {
        if (text.length() > MAX_LENGTH) {
            throw unusable(name, text, "has more than " + MAX_LENGTH + " characters");
        }
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw unusable(name, text, "is not a URL");
        }
        if (url.getScheme() == null
                || url.getHost() == null
                || url.getPort() > MAX_PORT
                || url.getUserInfo() != null
                || url.getFragment() != null) {
            throw unusable(name, text, "is not an absolute URL without user name and fragment");
        }
        if (!isSecure(url)) {
            throw unusable(name, text, "does not use https, which only loopback addresses may omit");
        }
        return url;
    }

    private static boolean isSecure(URI url) {
        return switch (url.getScheme().toLowerCase(Locale.ROOT)) {
            case "https" -> true;
            case "http" ->
                LOOPBACK.matcher(url.getHost().toLowerCase(Locale.ROOT)).matches();
            default -> false;
        };
    }

    private static LoginException unusable(String name, String text, String problem) {
        return LoginException.unusable(
                name + " " + Text.excerpt(text) + " " + problem + "; correct it, and run perennial login again");
    }
}
