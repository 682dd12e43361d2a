package dev.perennial.orders.status;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches URLs from certificates. The name is resolved once, the address is checked, and the connection goes to that
 * address, so that DNS rebinding has no effect. Redirects are not followed. Uses the client of Vert.x, because that
 * of the JDK cannot connect to a given address with another server name.
 */
final class StatusFetch {
    private final HttpClient client;
    private final AddressPolicy addresses;
    private final Duration limit;

    StatusFetch(Vertx vertx, AddressPolicy addresses, Duration limit) {
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout((int) limit.toMillis())
                .setKeepAlive(false)
                .setVerifyHost(true));
        this.addresses = addresses;
        this.limit = limit;
    }

    /** @param status 200, or 304 for a conditional request */
    record Answer(int status, byte[] body, Optional<String> etag, Optional<String> lastModified) {}

    /** @throws UntrustedStatusException if the address is not allowed, or no complete answer within the size limit arrives in time */
    Answer get(URI url, Map<String, String> headers, int maxBytes) throws UntrustedStatusException {
        return exchange(HttpMethod.GET, url, headers, Optional.empty(), maxBytes);
    }

    Answer post(URI url, String type, byte[] body, int maxBytes) throws UntrustedStatusException {
        return exchange(HttpMethod.POST, url, Map.of("Content-Type", type), Optional.of(body), maxBytes);
    }

    private Answer exchange(
            HttpMethod method, URI url, Map<String, String> headers, Optional<byte[]> body, int maxBytes)
            throws UntrustedStatusException {
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        if ((!tls && !"http".equalsIgnoreCase(url.getScheme())) || url.getHost() == null || url.getUserInfo() != null) {
            throw new UntrustedStatusException(url + " is not an http or https URL");
        }
        int port = url.getPort() > 0 ? url.getPort() : tls ? 443 : 80;
        var options = new RequestOptions()
                .setMethod(method)
                .setServer(SocketAddress.inetSocketAddress(port, address(url).getHostAddress()))
                .setHost(url.getHost())
                .setPort(port)
                .setSsl(tls)
                .setURI(path(url))
                .setTimeout(limit.toMillis())
                .putHeader("User-Agent", "perennial (status check)");
        headers.forEach(options::putHeader);
        Answer answer = await(url, client.request(options).compose(request -> body.map(Buffer::buffer)
                .map(request::send)
                .orElseGet(request::send)
                .compose(response -> read(request, response, maxBytes))));
        if (answer.status() != 200 && answer.status() != 304) {
            throw new UntrustedStatusException(url + " responded with HTTP " + answer.status());
        }
        return answer;
    }

    private InetAddress address(URI url) throws UntrustedStatusException {
        String host = url.getHost().replace("[", "").replace("]", "");
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .filter(addresses::allows)
                    .findFirst()
                    .orElseThrow(
                            () -> new UntrustedStatusException(
                                    url
                                            + " resolves to an address that is not public; allow its network with perennial.status.allowed-networks"));
        } catch (UnknownHostException e) {
            throw new UntrustedStatusException(host + " has no address", e);
        }
    }

    private static String path(URI url) {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    private Answer await(URI url, Future<Answer> answer) throws UntrustedStatusException {
        try {
            return answer.toCompletionStage().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new UntrustedStatusException(
                    url + " sent no complete response within " + limit.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new UntrustedStatusException(
                    url + " cannot be reached, or its response is too large: "
                            + e.getCause().getClass().getSimpleName(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UntrustedStatusException("interrupted", e);
        }
    }

    private static Future<Answer> read(HttpClientRequest request, HttpClientResponse response, int maxBytes) {
        Buffer body = Buffer.buffer();
        response.handler(part -> {
            if (body.length() + part.length() > maxBytes) {
                request.reset();
            } else {
                body.appendBuffer(part);
            }
        });
        MultiMap headers = response.headers();
        return response.end()
                .map(end -> new Answer(
                        response.statusCode(),
                        body.getBytes(),
                        Optional.ofNullable(headers.get("ETag")),
                        Optional.ofNullable(headers.get("Last-Modified"))));
    }
}
