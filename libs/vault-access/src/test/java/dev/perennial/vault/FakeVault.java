package dev.perennial.vault;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** Responds as the test requires, and records the paths of requests; a real server neither stalls nor counts. */
final class FakeVault implements AutoCloseable {
    final List<String> paths = new CopyOnWriteArrayList<>();
    private final AtomicInteger logins = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final BiFunction<String, String, Integer> statusOf;
    private final HttpServer server;
    volatile boolean stalls;
    volatile int loginStatus = 200;

    /** @param statusOf path and token to HTTP status; tokens are {@code token-1}, {@code token-2}, ... */
    FakeVault(BiFunction<String, String, Integer> statusOf) throws IOException {
        this.statusOf = statusOf;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    long count(String path) {
        return paths.stream().filter(path::equals).count();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            paths.add(path);
            boolean login = path.equals("/v1/auth/approle/login");
            String token = exchange.getRequestHeaders().getFirst("X-Vault-Token");
            int status = login ? loginStatus : statusOf.apply(path, token);
            byte[] body = body(login, status).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            if (stalls && !login) {
                exchange.sendResponseHeaders(status, body.length + 1_000);
                exchange.getResponseBody().write(body);
                exchange.getResponseBody().flush();
                await();
                return;
            }
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private String body(boolean login, int status) {
        if (login && status == 200) {
            return """
                    {"request_id": "r", "lease_id": "", "renewable": false, "lease_duration": 0, "data": null,
                     "auth": {"client_token": "token-%d", "accessor": "a", "policies": [], "token_policies": [],
                              "metadata": {}, "lease_duration": 3600, "renewable": true, "entity_id": "e"}}
                    """.formatted(logins.incrementAndGet());
        }
        return status == 200
                ? "{\"data\":{\"data\":{\"k\":\"v\"},\"metadata\":{\"version\":1}}}"
                : "{\"errors\":[\"permission denied\"]}";
    }

    private void await() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
