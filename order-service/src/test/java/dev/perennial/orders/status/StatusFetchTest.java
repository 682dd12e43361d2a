package dev.perennial.orders.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.acme.AddressPolicy;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusFetchTest {
    private final Vertx vertx = Vertx.vertx();
    private final ServerSocket server;

    StatusFetchTest() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        vertx.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\npart"})
    void resetsARequestWhoseResponseDoesNotEndInTime(String start) {
        StatusFetch fetch = new StatusFetch(vertx, AddressPolicy.of(List.of("127.0.0.0/8")), Duration.ofMillis(500));
        CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(
                () -> respond(start), task -> Thread.ofVirtual().start(task));

        assertThatThrownBy(() -> fetch.get(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/crl"), 10_000))
                .isInstanceOf(UntrustedStatusException.class);

        assertThat(closed).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo(true);
    }

    /** @return when the client has closed the connection */
    private boolean respond(String start) {
        try (Socket client = server.accept()) {
            client.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
            while (client.getInputStream().read() >= 0) {
                // The request; then the client keeps the connection open until it resets the request.
                continue;
            }
            return true;
        } catch (IOException e) {
            return true;
        }
    }
}
