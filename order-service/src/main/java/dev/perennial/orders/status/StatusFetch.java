package dev.perennial.orders.status;

import dev.perennial.acme.AddressPolicy;
import dev.perennial.platform.http.ResponseBody;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

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

    /** @param body empty for 304, the response to a conditional request about an unchanged resource */
    record Answer<T>(Optional<T> body, Optional<String> etag, Optional<String> lastModified) {}

    /** Reads a body, which may be larger than the memory. */
    @FunctionalInterface
    interface BodyReader<T> {
        T read(InputStream body) throws IOException, UntrustedStatusException;
    }

    /**
     * @throws UntrustedStatusException if the address is not allowed, or no complete answer within the size limit
     *     arrives in time
     */
    <T> Answer<T> get(URI url, Map<String, String> headers, int maxBytes, BodyReader<T> reader)
            throws UntrustedStatusException {
        return exchange(HttpMethod.GET, url, headers, Optional.empty(), maxBytes, reader);
    }

    byte[] get(URI url, int maxBytes) throws UntrustedStatusException {
        return whole(get(url, Map.of(), maxBytes, InputStream::readAllBytes), url);
    }

    byte[] post(URI url, String type, byte[] body, int maxBytes) throws UntrustedStatusException {
        return whole(
                exchange(
                        HttpMethod.POST,
                        url,
                        Map.of("Content-Type", type),
                        Optional.of(body),
                        maxBytes,
                        InputStream::readAllBytes),
                url);
    }

    private static byte[] whole(Answer<byte[]> answer, URI url) throws UntrustedStatusException {
        return answer.body().orElseThrow(() -> new UntrustedStatusException(url + " responded with HTTP 304"));
    }

    private <T> Answer<T> exchange(
            HttpMethod method,
            URI url,
            Map<String, String> headers,
            Optional<byte[]> body,
            int maxBytes,
            BodyReader<T> reader)
            throws UntrustedStatusException {
        long deadline = System.nanoTime() + limit.toNanos();
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
        try (ResponseBody response = ResponseBody.open(client, options, body, maxBytes, deadline)) {
            if (response.status() != 200 && response.status() != 304) {
                throw new UntrustedStatusException(url + " responded with HTTP " + response.status());
            }
            return new Answer<>(
                    response.status() == 304 ? Optional.empty() : Optional.of(reader.read(response)),
                    response.header("ETag"),
                    response.header("Last-Modified"));
        } catch (InterruptedIOException e) {
            throw new UntrustedStatusException(
                    url + " sent no complete response within " + limit.toSeconds() + " s", e);
        } catch (IOException e) {
            throw new UntrustedStatusException(
                    url + " cannot be reached, or its response is too large: " + e.getMessage(), e);
        }
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
}
