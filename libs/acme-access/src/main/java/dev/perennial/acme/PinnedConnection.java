package dev.perennial.acme;

import java.io.IOException;
import java.io.UncheckedIOException;
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

/**
 * The only connection to a CA: restricted to its origin, with a timeout on the time and the size of the whole
 * response.
 */
final class PinnedConnection extends DefaultConnection {
    private final Origin origin;
    private final AddressPolicy addresses;
    private final Duration timeout;
    private Integer status;
    private HttpHeaders headers;

    PinnedConnection(HttpConnector connector, Origin origin, AddressPolicy addresses, Duration timeout) {
        super(connector);
        this.origin = origin;
        this.addresses = addresses;
        this.timeout = timeout;
    }

    /** Status of the last response, also after {@link #close}; empty if there was none. */
    Optional<Integer> status() {
        return Optional.ofNullable(status);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers).flatMap(h -> h.firstValue(name));
    }

    @Override
    public void close() {
        closeBody();
        super.close();
    }

    /** A large body holds memory that others wait for. */
    private void closeBody() {
        if (lastResponse != null) {
            try {
                lastResponse.body().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Fetches the directory, which happens inside a call on another connection: the exception preserves the status. */
    @Override
    public int sendRequest(URL url, Session session, ZonedDateTime ifModifiedSince) throws AcmeException {
        try {
            return super.sendRequest(url, session, ifModifiedSince);
        } catch (AcmeException e) {
            throw new DirectoryUnavailableException(status(), header("Retry-After"), e);
        }
    }

    /** An unauthenticated GET (RFC 9773 section 4.1). A failure concerns the resource, not the directory. */
    int get(URL url, Session session) throws AcmeException {
        return super.sendRequest(url, session, null);
    }

    /**
     * A retry of acme4j without a nonce left requests one on the connection that is still open, and fails: close it
     * first.
     */
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
        closeBody();
        lastResponse = BoundedRequest.send(httpClient, addresses, request, timeout);
        status = lastResponse.statusCode();
        headers = lastResponse.headers();
        if (headers.firstValue("Content-Encoding").isPresent()) {
            // Compression was not requested, and would bypass the size timeout.
            throw new IOException("the CA sent a compressed response");
        }
    }
}
