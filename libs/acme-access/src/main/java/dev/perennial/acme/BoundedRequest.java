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
    private static final int MAX_BODY = 1024 * 1024;

    private BoundedRequest() {}

    /**
     * The timeout of the JDK's client covers the headers only; this one covers a slow body too.
     *
     * @param addresses that may be contacted
     * @throws AcmeProtocolException if the response is too large
     */
    static HttpResponse<InputStream> send(
            HttpClient client, AddressPolicy addresses, HttpRequest request, Duration timeout) throws IOException {
        addresses.require(request.uri().getHost());
        var pending = client.sendAsync(request, info -> new BoundedBody(MAX_BODY));
        try {
            return pending.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
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
        }
    }
}
