package dev.perennial.enrolment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** Passes requests on to Vault, until it is interrupted: then it loses the response of one request, and every later request. */
final class VaultRelay implements AutoCloseable {
    private final HttpServer server;
    private final URI vault;
    private final HttpClient http = HttpClient.newHttpClient();
    private final int complete;
    private int requests;

    /** @param complete the number of requests before the one whose response is lost */
    VaultRelay(URI vault, int complete) throws IOException {
        this.vault = vault;
        this.complete = complete;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::relay);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Whether a response was lost. */
    synchronized boolean interrupted() {
        return requests > complete;
    }

    private synchronized void relay(HttpExchange exchange) throws IOException {
        requests++;
        if (requests > complete + 1) {
            exchange.close();
            return;
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(vault.resolve(exchange.getRequestURI()))
                .method(
                        exchange.getRequestMethod(),
                        HttpRequest.BodyPublishers.ofByteArray(
                                exchange.getRequestBody().readAllBytes()));
        for (String name : List.of("X-Vault-Token", "X-Vault-Wrap-TTL", "X-Vault-Request")) {
            List<String> values = exchange.getRequestHeaders().getOrDefault(name, List.of());
            values.forEach(value -> request.header(name, value));
        }
        try {
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (requests <= complete) {
                exchange.sendResponseHeaders(
                        response.statusCode(), response.body().length == 0 ? -1 : response.body().length);
                exchange.getResponseBody().write(response.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
