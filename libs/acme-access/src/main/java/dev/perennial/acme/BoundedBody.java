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
 * A response body in memory, up to a limit. The JDK's own limit throws an exception that resembles a network failure.
 * A large body is read further when it has its share of {@link LargeBodies}, which it keeps until it is closed.
 */
final class BoundedBody implements HttpResponse.BodySubscriber<InputStream> {
    /** Bytes that every body may have; usual responses are smaller. */
    static final int SMALL = 32 * 1024;

    private enum Share {
        NONE,
        REQUESTED,
        HELD,
        RETURNED
    }

    private final int maxBytes;
    private final LargeBodies largeBodies;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final CompletableFuture<InputStream> body = new CompletableFuture<>();
    private Flow.Subscription subscription;
    private Share share = Share.NONE;

    /** @param maxBytes if the body is longer, it fails with {@link AcmeProtocolException} and the rest is not read */
    BoundedBody(int maxBytes, LargeBodies largeBodies) {
        this.maxBytes = maxBytes;
        this.largeBodies = largeBodies;
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
        if (received.size() > SMALL && requestShare()) {
            largeBodies.acquire(this::continueWithShare);
        } else {
            subscription.request(1);
        }
    }

    private synchronized boolean requestShare() {
        boolean first = share == Share.NONE;
        if (first) {
            share = Share.REQUESTED;
        }
        return first;
    }

    private void continueWithShare() {
        synchronized (this) {
            if (share == Share.REQUESTED) {
                share = Share.HELD;
            } else {
                largeBodies.release();
                return;
            }
        }
        subscription.request(1);
    }

    /** Returns the share of the memory. Idempotent; called also if the body was never complete. */
    void close() {
        synchronized (this) {
            boolean held = share == Share.HELD;
            share = Share.RETURNED;
            if (!held) {
                return;
            }
        }
        largeBodies.release();
    }

    @Override
    public void onError(Throwable cause) {
        body.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
        body.complete(new ByteArrayInputStream(received.toByteArray()) {
            @Override
            public void close() {
                BoundedBody.this.close();
            }
        });
    }
}
