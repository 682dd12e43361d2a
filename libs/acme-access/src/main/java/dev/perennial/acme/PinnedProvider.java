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

/** How acme4j reaches one issuer: our client, our connections, and a directory that is not fetched for every order. */
final class PinnedProvider extends GenericAcmeProvider {
    private static final Logger LOG = Logger.getLogger(PinnedProvider.class);
    private static final Duration DIRECTORY_LIFE = Duration.ofHours(1);
    private static final Duration STALE_DIRECTORY_LIFE = Duration.ofMinutes(1);

    private final HttpClient client;
    private final Origin origin;
    private final Duration limit;

    PinnedProvider(HttpClient client, Origin origin, Duration limit) {
        this.client = client;
        this.origin = origin;
        this.limit = limit;
    }

    @Override
    public HttpClient createHttpClient(NetworkSettings settings) {
        return client;
    }

    @Override
    public PinnedConnection connect(URI server, NetworkSettings settings, HttpClient httpClient) {
        return new PinnedConnection(new HttpConnector(settings, httpClient), origin, limit);
    }

    /** {@code null} means that the one acme4j holds is still good: so is an old one where a new one cannot be had. */
    @Override
    public JSON directory(Session session, URI server) throws AcmeException {
        try {
            JSON fresh = super.directory(session, server);
            if (fresh != null) {
                session.setDirectoryExpires(ZonedDateTime.now(ZoneOffset.UTC).plus(DIRECTORY_LIFE));
            }
            return fresh;
        } catch (AcmeException e) {
            if (!session.hasDirectory()) {
                throw e;
            }
            LOG.warnf(
                    "the directory %s cannot be refreshed (%s); going on with the one we have", server, e.getMessage());
            session.setDirectoryExpires(ZonedDateTime.now(ZoneOffset.UTC).plus(STALE_DIRECTORY_LIFE));
            return null;
        }
    }
}
