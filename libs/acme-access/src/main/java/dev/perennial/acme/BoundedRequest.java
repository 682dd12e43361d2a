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

/** One request, with a limit on the time and the size of the whole answer. */
final class BoundedRequest {
    private static final int MAX_BODY = 1024 * 1024;

    private BoundedRequest() {}

    /**
     * The client's own time limit ends with the headers; a body that trickles in for ever needs this one.
     *
     * @throws AcmeProtocolException where the answer is too large
     */
    static HttpResponse<InputStream> answer(HttpClient client, HttpRequest request, Duration limit) throws IOException {
        var pending = client.sendAsync(request, info -> new BoundedBody(MAX_BODY));
        try {
            return pending.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw new HttpTimeoutException("no complete answer within " + limit);
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AcmeProtocolException misbehaved) {
                throw misbehaved;
            }
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }
}
