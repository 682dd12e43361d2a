package dev.perennial.acme;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import java.net.URI;
import java.util.Locale;

/** The one scheme, host and port an issuer is reached at: those of its directory. */
record Origin(String host, int port) {
    private static final int HTTPS = 443;

    /** @throws IllegalArgumentException where the directory is not an https URL: the operator's mistake, said at once */
    static Origin of(String issuer, URI directory) {
        if (!"https".equalsIgnoreCase(directory.getScheme()) || directory.getHost() == null) {
            throw new IllegalArgumentException(
                    "the directory of the issuer '" + issuer + "' must be an https URL, not " + directory);
        }
        return new Origin(directory.getHost().toLowerCase(Locale.ROOT), port(directory));
    }

    /**
     * Every URL comes from the CA's answers, and a hostile or broken CA could send us anywhere inside our own network.
     *
     * @throws RetryLater with {@code CA_MISBEHAVED} where the URL has another origin
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
                    "the CA named a URL outside its directory's origin https://" + host + ":" + port
                            + "; nothing was sent there",
                    url.toString()));
        }
    }

    private static int port(URI url) {
        return url.getPort() < 0 ? HTTPS : url.getPort();
    }
}
