package dev.perennial.platform.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The body of a response as a stream: the next part is requested when the previous one is read, so that memory does not
 * depend on the size. Closing it before its end resets the request.
 */
public final class ResponseBody extends InputStream {
    private static final Object END = new Object();

    private final HttpClientRequest request;
    private final HttpClientResponse response;
    private final Context context;
    private final int maxBytes;
    private final long deadline;
    /** Parts of the body, {@link #END} or an exception. */
    private final BlockingQueue<Object> parts = new LinkedBlockingQueue<>();

    private Buffer part = Buffer.buffer();
    private int position;
    private long total;
    private boolean ended;

    /** On the thread of the response, which is paused. */
    private ResponseBody(HttpClientResponse response, int maxBytes, long deadline) {
        this.request = response.request();
        this.response = response.pause();
        this.context = Vertx.currentContext();
        this.maxBytes = maxBytes;
        this.deadline = deadline;
        response.handler(parts::add);
        response.endHandler(end -> parts.add(END));
        response.exceptionHandler(parts::add);
    }

    /**
     * @param deadline of the whole response, in {@code System.nanoTime()}
     * @throws InterruptedIOException if the deadline passes
     */
    public static ResponseBody open(
            HttpClient client, RequestOptions options, Optional<byte[]> body, int maxBytes, long deadline)
            throws IOException {
        Future<ResponseBody> opened = client.request(options).compose(request -> body.map(Buffer::buffer)
                .map(request::send)
                .orElseGet(request::send)
                .map(response -> new ResponseBody(response, maxBytes, deadline)));
        try {
            return opened.toCompletionStage()
                    .toCompletableFuture()
                    .get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // The options limit the time until the response; one that arrives now is reset.
            opened.onSuccess(ResponseBody::close);
            throw timedOut();
        } catch (ExecutionException e) {
            throw failed(e.getCause());
        } catch (InterruptedException e) {
            opened.onSuccess(ResponseBody::close);
            Thread.currentThread().interrupt();
            throw timedOut();
        }
    }

    public int status() {
        return response.statusCode();
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(response.getHeader(name));
    }

    @Override
    public int read() throws IOException {
        return advance() ? part.getByte(position++) & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!advance()) {
            return -1;
        }
        int count = Math.min(length, part.length() - position);
        part.getBytes(position, position + count, target, offset);
        position += count;
        return count;
    }

    /** @return whether the current part has a next byte */
    private boolean advance() throws IOException {
        while (position == part.length()) {
            if (ended) {
                return false;
            }
            context.runOnContext(next -> response.fetch(1));
            switch (poll()) {
                case Buffer next -> accept(next);
                case Throwable failure -> throw failed(failure);
                case Object end -> ended = true;
            }
        }
        return true;
    }

    private void accept(Buffer next) throws IOException {
        total += next.length();
        if (total > maxBytes) {
            throw new IOException("more than " + maxBytes + " bytes");
        }
        part = next;
        position = 0;
    }

    private Object poll() throws IOException {
        try {
            Object next = parts.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw timedOut();
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw timedOut();
        }
    }

    private static IOException failed(Throwable cause) {
        return new IOException(
                cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(), cause);
    }

    private static InterruptedIOException timedOut() {
        return new InterruptedIOException("no complete response in time");
    }

    @Override
    public void close() {
        if (!ended) {
            request.reset();
        }
    }
}
