package dev.perennial.platform.probe;

import dev.perennial.platform.http.ResponseBody;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * GET of an http-01 challenge or a {@link ResponderProbe} from one address, with the name in the Host header. Uses the
 * client of Vert.x, because the client of the JDK cannot connect to one address under another name. Does not follow
 * redirects, unlike a CA, because their targets may belong to others.
 */
public final class ChallengeFetch {
    private static final int MAX_BODY = 64 * 1024;
    private static final String PATH = "/.well-known/acme-challenge/";

    private final HttpClient client;
    private final int port;
    private final Duration limit;

    public ChallengeFetch(Vertx vertx, int port, Duration limit) {
        int millis = (int) limit.toMillis();
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(millis).setKeepAlive(false));
        this.port = port;
        this.limit = limit;
    }

    public record Answer(int status, String body) {}

    public int port() {
        return port;
    }

    /** @throws IOException if no complete response of at most 64 KiB arrives within the limit */
    public Answer get(InetAddress address, String name, String token) throws IOException {
        return getPath(address, name, PATH + token);
    }

    /**
     * Requests another path, to find out whether the same server answers there.
     *
     * @throws IOException like {@link #get}
     */
    public Answer getPath(InetAddress address, String name, String path) throws IOException {
        var options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
                .setHost(name)
                .setPort(port)
                .setURI(path)
                .putHeader("User-Agent", "perennial (self-check)")
                .setTimeout(limit.toMillis());
        long deadline = System.nanoTime() + limit.toNanos();
        try (ResponseBody response = ResponseBody.open(client, options, Optional.empty(), MAX_BODY, deadline)) {
            return new Answer(response.status(), new String(response.readAllBytes(), StandardCharsets.UTF_8));
        } catch (InterruptedIOException e) {
            throw new IOException("no complete response within " + limit.toMillis() + " ms", e);
        }
    }
}
