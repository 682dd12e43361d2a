package dev.perennial.validation.dns01;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * A fake of a provider API that is not available on this machine. Responds over HTTP according to the provider's
 * public documentation. It does not prove that the provider itself behaves this way.
 */
abstract class FakeProviderApi implements AutoCloseable {
    final Map<String, List<String>> values = new ConcurrentHashMap<>();
    private final HttpServer server;

    record Reply(int status, String body) {}

    FakeProviderApi() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    abstract Reply reply(String method, URI uri, String authorization, String body);

    static JsonNode json(String text) {
        try {
            return text.isEmpty() ? ProviderApi.JSON.missingNode() : ProviderApi.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    List<String> at(String fqdn) {
        return values.computeIfAbsent(fqdn, any -> new CopyOnWriteArrayList<>());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            Reply reply = reply(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI(),
                    authorization == null ? "" : authorization,
                    text);
            byte[] answer = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
