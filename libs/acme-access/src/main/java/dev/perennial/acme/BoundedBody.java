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

/** A body in memory, up to a size. The JDK's own limit ends in an exception that looks like trouble with the network. */
final class BoundedBody implements HttpResponse.BodySubscriber<InputStream> {
    private final int most;
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final CompletableFuture<InputStream> body = new CompletableFuture<>();
    private Flow.Subscription source;

    /** @param most bytes; with one more it fails with {@link AcmeProtocolException}, and no more is read */
    BoundedBody(int most) {
        this.most = most;
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        if (source != null) {
            subscription.cancel();
            return;
        }
        source = subscription;
        source.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            if (buffer.remaining() > most - taken.size()) {
                source.cancel();
                body.completeExceptionally(
                        new AcmeProtocolException("an answer of more than " + most + " bytes; the rest was not read"));
                return;
            }
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            taken.writeBytes(bytes);
        }
        source.request(1);
    }

    @Override
    public void onError(Throwable cause) {
        body.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
        body.complete(new ByteArrayInputStream(taken.toByteArray()));
    }
}
