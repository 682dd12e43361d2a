package dev.perennial.acme;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.jboss.logging.Logger;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.HttpConnector;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.provider.GenericAcmeProvider;
import org.shredzone.acme4j.toolbox.JSON;

/** Connects acme4j to one issuer: own HTTP client, pinned connections and a cached directory. */
final class PinnedProvider extends GenericAcmeProvider {
    private static final Logger LOG = Logger.getLogger(PinnedProvider.class);
    private static final Duration DIRECTORY_TTL = Duration.ofHours(1);
    private static final Duration STALE_DIRECTORY_TTL = Duration.ofMinutes(1);

    private final HttpClient client;
    private final Origin origin;
    private final AddressPolicy addresses;
    private final Duration timeout;

    PinnedProvider(HttpClient client, Origin origin, AddressPolicy addresses, Duration timeout) {
        this.client = client;
        this.origin = origin;
        this.addresses = addresses;
        this.timeout = timeout;
    }

    @Override
    public HttpClient createHttpClient(NetworkSettings settings) {
        return client;
    }

    @Override
    public PinnedConnection connect(URI server, NetworkSettings settings, HttpClient httpClient) {
        return new PinnedConnection(new HttpConnector(settings, httpClient), origin, addresses, timeout);
    }

    /** {@code null} makes acme4j keep its cached directory: also used if a refresh fails. */
    @Override
    public JSON directory(Session session, URI server) throws AcmeException {
        try {
            JSON fresh = super.directory(session, server);
            if (fresh != null) {
                session.setDirectoryExpires(ZonedDateTime.now(ZoneOffset.UTC).plus(DIRECTORY_TTL));
            }
            return fresh;
        } catch (AcmeException e) {
            if (!session.hasDirectory()) {
                throw e;
            }
            LOG.warnf(
                    "the refresh of the directory %s failed (%s); the cached one stays in use, and the next attempt is"
                            + " in a minute",
                    server, e.getMessage());
            session.setDirectoryExpires(ZonedDateTime.now(ZoneOffset.UTC).plus(STALE_DIRECTORY_TTL));
            return null;
        }
    }
}
