package dev.perennial.testbed.ca;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** Pebble behind the front. */
final class Upstream {
    private static final int CONNECTIONS = 256;
    private static final long TIMEOUT_MILLIS = 20_000;
    /** Headers about one connection only (RFC 9110 section 7.6.1), and what is set anew. */
    private static final Set<String> NOT_PASSED =
            Set.of("connection", "keep-alive", "transfer-encoding", "upgrade", "te");

    /** @param roots PEM that Pebble's own certificate chains to */
    record Address(String host, int port, String roots) {}

    private final HttpClient client;
    private final Address address;

    Upstream(Vertx vertx, Address address) {
        this.address = address;
        var options = new HttpClientOptions()
                .setSsl(true)
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(address.roots())));
        client = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    }

    /** The answer, whole; fails with {@link TimeoutException} where Pebble does not give one in time. */
    Future<Answer> ask(HttpServerRequest inbound, Buffer body) {
        var target = new RequestOptions()
                .setMethod(inbound.method())
                .setHost(address.host())
                .setPort(address.port())
                .setURI(inbound.uri())
                .setIdleTimeout(TIMEOUT_MILLIS)
                .setConnectTimeout(TIMEOUT_MILLIS);
        return client.request(target)
                .compose(request -> {
                    // With the Host header among them: Pebble makes its URLs of it, and they must lead to the front.
                    copy(inbound.headers(), request.headers());
                    return request.send(body);
                })
                .compose(response -> response.body().map(content -> Answer.of(response, content)));
    }

    private static void copy(MultiMap from, MultiMap to) {
        from.forEach((name, value) -> {
            if (!NOT_PASSED.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                to.add(name, value);
            }
        });
    }

    record Answer(int status, MultiMap headers, Buffer body) {
        static Answer of(HttpClientResponse response, Buffer body) {
            return new Answer(response.statusCode(), response.headers(), body);
        }

        static Answer unreachable(Throwable cause) {
            int status = cause instanceof TimeoutException ? 504 : 502;
            String problem = "{\"type\":\"about:blank\",\"status\":" + status
                    + ",\"title\":\"the testbed's front got no answer from Pebble\"}";
            MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Content-Type", "application/problem+json");
            return new Answer(status, headers, Buffer.buffer(problem));
        }

        void writeTo(HttpServerResponse response) {
            if (response.closed()) {
                return;
            }
            response.setStatusCode(status);
            copy(headers, response.headers());
            response.end(body);
        }
    }
}
