package dev.perennial.acme;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.shredzone.acme4j.exception.AcmeProtocolException;

/** Sends one request with a timeout on the time and the size of the whole response. */
final class BoundedRequest {
    /** Bytes: twice those of a chain as PEM, and of the URLs of an order, that {@link ResponseLimits} accepts. */
    static final int MAX_BODY = 256 * 1024;

    private BoundedRequest() {}

    /**
     * The timeout of the JDK's client covers the headers only; this one covers a slow body too. The caller closes the
     * body.
     *
     * @param addresses that may be contacted
     * @throws AcmeProtocolException if the response is too large
     */
    static HttpResponse<InputStream> send(
            HttpClient client, AddressPolicy addresses, HttpRequest request, Duration timeout) throws IOException {
        addresses.require(request.uri().getHost());
        var body = new BoundedBody(MAX_BODY, LargeBodies.OF_PROCESS);
        boolean complete = false;
        var pending = client.sendAsync(request, info -> body);
        try {
            HttpResponse<InputStream> response = pending.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            complete = true;
            return response;
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw new HttpTimeoutException("no complete response within " + timeout);
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AcmeProtocolException violation) {
                throw violation;
            }
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } finally {
            if (!complete) {
                body.close();
            }
        }
    }
}
