package dev.perennial.orders.status;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A fake HTTP server of a CA; each path has a configured body. */
final class StatusServer implements AutoCloseable {
    final List<String> requests = new CopyOnWriteArrayList<>();
    final Map<String, byte[]> bodies = new ConcurrentHashMap<>();
    volatile int status = 200;
    volatile String etag = "\"1\"";
    private final HttpServer server;

    StatusServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            requests.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
            exchange.getRequestBody().readAllBytes();
            boolean same = etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
            byte[] body = bodies.getOrDefault(exchange.getRequestURI().getPath(), new byte[0]);
            exchange.getResponseHeaders().set("ETag", etag);
            exchange.getResponseHeaders().set("Location", url("/elsewhere").toString());
            exchange.sendResponseHeaders(same ? 304 : status, same || body.length == 0 ? -1 : body.length);
            if (!same && body.length > 0) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
