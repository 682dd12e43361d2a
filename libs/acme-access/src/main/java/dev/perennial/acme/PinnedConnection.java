package dev.perennial.acme;

import java.io.IOException;
import java.net.URL;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.function.Consumer;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.DefaultConnection;
import org.shredzone.acme4j.connector.HttpConnector;
import org.shredzone.acme4j.exception.AcmeException;

/** The one way out to a CA: to its own origin only, with a limit on the time and the size of the whole answer. */
final class PinnedConnection extends DefaultConnection {
    private final Origin origin;
    private final Duration limit;
    private Integer status;
    private HttpHeaders headers;

    PinnedConnection(HttpConnector connector, Origin origin, Duration limit) {
        super(connector);
        this.origin = origin;
        this.limit = limit;
    }

    /** Status of the last answer, kept beyond {@link #close}; empty where none came. */
    Optional<Integer> status() {
        return Optional.ofNullable(status);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers).flatMap(h -> h.firstValue(name));
    }

    /** The directory is fetched on a connection of its own, within a call on another: its status must not be lost. */
    @Override
    public int sendRequest(URL url, Session session, ZonedDateTime ifModifiedSince) throws AcmeException {
        try {
            return super.sendRequest(url, session, ifModifiedSince);
        } catch (AcmeException e) {
            throw new DirectoryUnavailableException(status(), header("Retry-After"), e);
        }
    }

    /** A plain request (RFC 9773 section 4.1), whose failure is the resource's and not the directory's. */
    int get(URL url, Session session) throws AcmeException {
        return super.sendRequest(url, session, null);
    }

    /** acme4j asks for a nonce on an open connection when a retry finds none left, and then trips over itself. */
    @Override
    public void resetNonce(Session session) throws AcmeException {
        close();
        super.resetNonce(session);
    }

    @Override
    protected void sendRequest(Session session, URL url, Consumer<HttpRequest.Builder> body) throws IOException {
        HttpRequest.Builder builder =
                httpConnector.createRequestBuilder(url).header("Accept-Language", session.getLanguageHeader());
        body.accept(builder);
        HttpRequest request = builder.build();
        origin.require(request.uri());
        status = null;
        headers = null;
        lastResponse = BoundedRequest.answer(httpClient, request, limit);
        status = lastResponse.statusCode();
        headers = lastResponse.headers();
        if (headers.firstValue("Content-Encoding").isPresent()) {
            // Never asked for, and a way around the limit of the size.
            throw new IOException("the CA sent a compressed body");
        }
    }
}
