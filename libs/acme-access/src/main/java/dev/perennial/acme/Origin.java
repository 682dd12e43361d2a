package dev.perennial.acme;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import java.net.URI;
import java.util.Locale;

/** The origin (RFC 6454) of an issuer's directory, the only one that receives requests. The scheme is https. */
record Origin(String host, int port) {
    private static final int HTTPS = 443;

    /** @throws IllegalArgumentException if the directory is not an https URL */
    static Origin of(String issuer, URI directory) {
        if (!"https".equalsIgnoreCase(directory.getScheme()) || directory.getHost() == null) {
            throw new IllegalArgumentException(
                    "the directory of the issuer '" + issuer + "' must be an https URL, not " + directory);
        }
        return new Origin(directory.getHost().toLowerCase(Locale.ROOT), port(directory));
    }

    /**
     * Checks a URL from the CA's response: a hostile or defective CA could otherwise direct requests into the
     * internal network.
     *
     * @throws RetryLater with {@code CA_MISBEHAVED} if the URL has another origin
     */
    void require(URI url) {
        boolean same = "https".equalsIgnoreCase(url.getScheme())
                && url.getHost() != null
                && url.getRawUserInfo() == null
                && host.equals(url.getHost().toLowerCase(Locale.ROOT))
                && port == port(url);
        if (!same) {
            throw new RetryLater(Problem.of(
                    ErrorCode.CA_MISBEHAVED,
                    "the CA sent a URL outside its directory's origin https://" + host + ":" + port
                            + "; no request was sent to it",
                    url.toString()));
        }
    }

    private static int port(URI url) {
        return url.getPort() < 0 ? HTTPS : url.getPort();
    }
}
