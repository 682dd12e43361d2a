package dev.perennial.acme;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.shredzone.acme4j.exception.AcmeProtocolException;

/**
 * A response body in memory, up to a limit. The JDK's own limit throws an exception that resembles a network
 * failure.
 */
final class BoundedBody implements HttpResponse.BodySubscriber<InputStream> {
    private final int maxBytes;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final CompletableFuture<InputStream> body = new CompletableFuture<>();
    private Flow.Subscription subscription;

    /** @param maxBytes if the body is longer, it fails with {@link AcmeProtocolException} and the rest is not read */
    BoundedBody(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription offered) {
        if (subscription != null) {
            offered.cancel();
            return;
        }
        subscription = offered;
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            if (buffer.remaining() > maxBytes - received.size()) {
                subscription.cancel();
                body.completeExceptionally(new AcmeProtocolException(
                        "the response exceeds " + maxBytes + " bytes; the rest was not read"));
                return;
            }
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            received.writeBytes(bytes);
        }
        subscription.request(1);
    }

    @Override
    public void onError(Throwable cause) {
        body.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
        body.complete(new ByteArrayInputStream(received.toByteArray()));
    }
}
