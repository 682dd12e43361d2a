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

/** The connection from the proxy to Pebble. */
final class Upstream {
    private static final int CONNECTIONS = 256;
    private static final long TIMEOUT_MILLIS = 20_000;

    /** @param roots PEM of the root of Pebble's listener */
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

    /** The complete response; fails with {@link TimeoutException} if Pebble does not respond in time. */
    Future<CaResponse> send(HttpServerRequest inbound, Buffer body) {
        var target = new RequestOptions()
                .setMethod(inbound.method())
                .setHost(address.host())
                .setPort(address.port())
                .setURI(inbound.uri())
                .setIdleTimeout(TIMEOUT_MILLIS)
                .setConnectTimeout(TIMEOUT_MILLIS);
        return client.request(target)
                .compose(request -> {
                    // Includes the Host header: Pebble builds its URLs from it, and they must point to the proxy.
                    CaResponse.pass(inbound.headers(), request.headers());
                    return request.send(body);
                })
                .compose(response -> response.body().map(content -> CaResponse.of(response, content)));
    }

    /** A new nonce, for generated responses: clients expect one in every response. */
    Future<String> nonce() {
        var target = new RequestOptions()
                .setMethod(HttpMethod.HEAD)
                .setHost(address.host())
                .setPort(address.port())
                .setURI("/nonce-plz")
                .setIdleTimeout(TIMEOUT_MILLIS)
                .setConnectTimeout(TIMEOUT_MILLIS);
        return client.request(target) // Pebble requires a User-Agent (RFC 8555 section 6.1).
                .compose(request ->
                        request.putHeader("User-Agent", "perennial-testbed").send())
                .compose(response -> response.end().map(response.getHeader("Replay-Nonce")));
    }
}
