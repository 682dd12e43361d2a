package dev.perennial.testbed.ca;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.function.Supplier;

/** One request between a client and Pebble, and what can be done with it. */
final class Exchange {
    private static final Buffer FILLING = Buffer.buffer(" ".repeat(64 * 1024));

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final Supplier<Future<CaResponse>> pebble;
    private final Supplier<Future<String>> nonce;

    /**
     * @param pebble has Pebble act on the request
     * @param nonce a fresh one of Pebble's
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

    /** Whatever went wrong between us and Pebble is an answer, too. */
    Future<CaResponse> pebble() {
        return pebble.get().otherwise(CaResponse::unreachable);
    }

    Future<String> nonce() {
        return nonce.get();
    }

    void answer(CaResponse answer) {
        answer.writeTo(request.response());
    }

    /** The client sees its connection end without an answer. */
    void cut() {
        request.connection().close();
    }

    void after(Duration pause, Runnable next) {
        vertx.setTimer(pause.toMillis(), timer -> next.run());
    }

    /** An answer that begins well and does not come to an end, as fast as the client reads. */
    void flood() {
        HttpServerResponse response = request.response();
        response.setChunked(true);
        pour(response, Long.MAX_VALUE);
    }

    /** The same with a length declared, all of which is sent. */
    void flood(long bytes) {
        HttpServerResponse response = request.response();
        response.putHeader("Content-Length", Long.toString(bytes));
        pour(response, bytes);
    }

    private void pour(HttpServerResponse response, long left) {
        if (response.closed()) {
            return;
        }
        if (left <= FILLING.length()) {
            response.end(FILLING.slice(0, (int) left));
            return;
        }
        response.write(FILLING);
        long rest = left - FILLING.length();
        if (response.writeQueueFull()) {
            response.drainHandler(drained -> pour(response, rest));
        } else {
            // Not in a loop: others are served in between.
            vertx.runOnContext(next -> pour(response, rest));
        }
    }
}
