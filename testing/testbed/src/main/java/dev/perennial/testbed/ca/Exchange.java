package dev.perennial.testbed.ca;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.function.Supplier;

/** A request of a client to Pebble, and the possible reactions to it. */
final class Exchange {
    private static final Buffer CHUNK = Buffer.buffer(" ".repeat(64 * 1024));

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final Supplier<Future<CaResponse>> pebble;
    private final Supplier<Future<String>> nonce;

    /**
     * @param pebble sends the request to Pebble
     * @param nonce requests a new nonce from Pebble
     */
    Exchange(
            Vertx vertx,
            HttpServerRequest request,
            Supplier<Future<CaResponse>> pebble,
            Supplier<Future<String>> nonce) {
        this.vertx = vertx;
        this.request = request;
        this.pebble = pebble;
        this.nonce = nonce;
    }

    /** The response of Pebble; an error response if Pebble is unreachable. */
    Future<CaResponse> pebble() {
        return pebble.get().otherwise(CaResponse::unreachable);
    }

    Future<String> nonce() {
        return nonce.get();
    }

    void respond(CaResponse response) {
        response.writeTo(request.response());
    }

    /** Closes the client's connection without a response. */
    void cut() {
        request.connection().close();
    }

    void after(Duration pause, Runnable next) {
        vertx.setTimer(pause.toMillis(), timer -> next.run());
    }

    /** Sends a response without end, as fast as the client reads. */
    void flood() {
        HttpServerResponse response = request.response();
        response.setChunked(true);
        sendChunks(response, Long.MAX_VALUE);
    }

    /** Sends a response with this Content-Length. */
    void flood(long bytes) {
        HttpServerResponse response = request.response();
        response.putHeader("Content-Length", Long.toString(bytes));
        sendChunks(response, bytes);
    }

    private void sendChunks(HttpServerResponse response, long left) {
        if (response.closed()) {
            return;
        }
        if (left <= CHUNK.length()) {
            response.end(CHUNK.slice(0, (int) left));
            return;
        }
        response.write(CHUNK);
        long rest = left - CHUNK.length();
        if (response.writeQueueFull()) {
            response.drainHandler(drained -> sendChunks(response, rest));
        } else {
            // Not in a loop, so that the event loop serves other connections.
            vertx.runOnContext(next -> sendChunks(response, rest));
        }
    }
}
