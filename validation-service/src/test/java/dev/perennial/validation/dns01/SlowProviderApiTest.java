package dev.perennial.validation.dns01;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.RetryLater;
import dev.perennial.vault.InMemorySecretStore;
import dev.perennial.vault.SecretPath;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An API that sends the start of a response and then nothing, or a byte at a time, must not hold a thread. */
class SlowProviderApiTest {
    private static final Duration LIMIT = Duration.ofMillis(500);

    private final InMemorySecretStore vault = new InMemorySecretStore();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ServerSocket server;

    SlowProviderApiTest() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        vault.createOnly(
                SecretPath.dnsProvider("slow"),
                Map.of("token", "t", "apiKey", "k", "accessKeyId", "i", "secretAccessKey", "s"));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    static Stream<Arguments> cases() {
        return Stream.of("cloudflare", "httpreq", "powerdns", "route53")
                .flatMap(type ->
                        Stream.of(Arguments.of(type, Duration.ofMillis(50)), Arguments.of(type, Duration.ofHours(1))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void endsARequestWhoseResponseDoesNotEnd(String type, Duration betweenBytes) {
        Thread.ofVirtual().start(() -> accept(betweenBytes));
        DnsProvider provider = provider(type);

        CompletableFuture<Void> added = CompletableFuture.runAsync(
                () -> provider.add(new TxtRecord("_acme-challenge.corp.test", "value")),
                task -> Thread.ofVirtual().start(task));

        assertThat(added)
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        RetryLater.class, e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.DNS_UNAVAILABLE));
        await().untilAsserted(() ->
                assertThat(open).as("connections of ended requests").isEmpty());
    }

    private DnsProvider provider(String type) {
        ProviderSettings settings = ProviderSettings.api(type, URI.create("http://127.0.0.1:" + server.getLocalPort()))
                .withRequestTimeout(LIMIT);
        Credentials credentials = new Credentials("slow", vault);
        return switch (type) {
            case "cloudflare" -> new CloudflareProvider("slow", settings, credentials);
            case "httpreq" -> new HttpreqProvider("slow", settings, credentials);
            case "powerdns" -> new PowerDnsProvider("slow", settings, credentials);
            case "route53" -> new Route53Provider("slow", settings, credentials);
            default -> throw new IllegalArgumentException(type);
        };
    }

    private void accept(Duration betweenBytes) {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> respond(client, betweenBytes));
                Thread.ofVirtual().start(() -> awaitEnd(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void respond(Socket client, Duration betweenBytes) {
        try {
            client.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{"
                            .getBytes(StandardCharsets.US_ASCII));
            while (open.contains(client)) {
                LockSupport.parkNanos(betweenBytes.toNanos());
                client.getOutputStream().write(' ');
            }
        } catch (IOException e) {
            open.remove(client);
        }
    }

    private void awaitEnd(Socket client) {
        try (client) {
            client.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            // A reset is an end too.
            return;
        } finally {
            open.remove(client);
        }
    }
}
