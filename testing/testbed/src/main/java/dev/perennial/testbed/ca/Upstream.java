package dev.perennial.testbed.ca;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.concurrent.TimeoutException;

/** Pebble behind the front. */
final class Upstream {
    private static final int CONNECTIONS = 256;
    private static final long TIMEOUT_MILLIS = 20_000;

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
    Future<CaResponse> ask(HttpServerRequest inbound, Buffer body) {
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
                    CaResponse.pass(inbound.headers(), request.headers());
                    return request.send(body);
                })
                .compose(response -> response.body().map(content -> CaResponse.of(response, content)));
    }

    /** For whoever answers in Pebble's place: clients expect one in every answer. */
    Future<String> nonce() {
        var target = new RequestOptions()
                .setMethod(HttpMethod.HEAD)
                .setHost(address.host())
                .setPort(address.port())
                .setURI("/nonce-plz")
                .setIdleTimeout(TIMEOUT_MILLIS)
                .setConnectTimeout(TIMEOUT_MILLIS);
        return client.request(target) // Pebble insists on a name (RFC 8555 section 6.1).
                .compose(request ->
                        request.putHeader("User-Agent", "perennial-testbed").send())
                .compose(response -> response.end().map(response.getHeader("Replay-Nonce")));
    }
}
