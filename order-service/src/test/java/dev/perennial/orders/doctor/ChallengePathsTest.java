package dev.perennial.orders.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perennial.events.Identifier;
import dev.perennial.orders.doctor.ResponderIsolation.TokenAnswer;
import dev.perennial.platform.probe.AcmeHandshake;
import dev.perennial.platform.probe.ChallengeFetch;
import dev.perennial.platform.probe.ResponderProbe;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests against other servers; the scenario of the doctor uses the real responders. */
class ChallengePathsTest {
    private static final Identifier SHOP = Identifier.dns("shop.example.com");
    private static final List<InetAddress> LOOPBACK = List.of(InetAddress.getLoopbackAddress());
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final List<String> requests = new ArrayList<>();
    private Vertx vertx;
    private HttpServer server;
    private Handler handler;

    private interface Handler {
        void to(HttpExchange exchange, String token) throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        vertx = Vertx.vertx();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            requests.add(exchange.getRequestHeaders().getFirst("Host") + path);
            try (exchange) {
                handler.to(exchange, path.substring(path.lastIndexOf('/') + 1));
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void identifiesTheResponderByItsNonce() {
        handler = (exchange, token) ->
                answer(exchange, 200, ResponderProbe.of(token).orElseThrow().answer() + "\n");

        assertThat(http(SHOP)).isInstanceOf(ProbeResult.Responder.class);
        assertThat(http(Identifier.of("2001:db8::1"))).isInstanceOf(ProbeResult.Responder.class);

        assertThat(requests.getFirst())
                .startsWith("shop.example.com:" + port() + "/.well-known/acme-challenge/perennial-probe.");
        assertThat(requests.getLast()).startsWith("[2001:db8:");
    }

    @Test
    void failsForOtherServersAndRepeatedAnswers() {
        handler = (exchange, token) ->
                answer(exchange, 200, ResponderProbe.random().answer());
        assertThat(failure(http(SHOP))).contains("another server responds: HTTP 200", "This is a Perennial responder");
        handler = (exchange, token) -> answer(exchange, 200, "<html>\u001b[31mparked</html>" + "x".repeat(500));
        assertThat(failure(http(SHOP))).contains("<html>.[31mparked").hasSizeLessThan(220);
        handler = (exchange, token) ->
                answer(exchange, 404, ResponderProbe.of(token).orElseThrow().answer());
        assertThat(failure(http(SHOP))).contains("HTTP 404");
    }

    @Test
    void findsTheResponderAloneBelowTheChallengePath() {
        handler = (exchange, token) -> answer(exchange, 404, unusedAnswer(token).orElse("another page"));

        ResponderIsolation isolation = isolation();

        assertThat(isolation.otherFolders()).isEmpty();
        assertThat(isolation.unusedToken()).isEqualTo(new TokenAnswer.Responder());
        assertThat(requests).hasSize(3).allSatisfy(request -> assertThat(request)
                .startsWith("shop.example.com:" + port() + "/"));
    }

    @Test
    void findsAResponderThatReceivesEverything() {
        handler = (exchange, token) -> answer(
                exchange,
                404,
                ResponderProbe.of(token)
                        .or(() -> ResponderProbe.ofUnusedToken(token))
                        .orElseThrow()
                        .answer());

        assertThat(isolation().otherFolders()).containsExactly("/", "/.well-known/");
    }

    @Test
    void findsAnotherServerThatAnswersTokens() {
        handler = (exchange, token) -> answer(exchange, 200, "<html>\u001b[31mwelcome</html>" + "x".repeat(500));
        assertThat(isolation().unusedToken())
                .asString()
                .contains("status=200", "<html>.[31mwelcome")
                .hasSizeLessThan(180);
        // A page for every token can repeat the token, but not with the status of the responder.
        handler = (exchange, token) -> answer(exchange, 200, unusedAnswer(token).orElse("welcome"));
        assertThat(isolation().unusedToken()).isInstanceOf(TokenAnswer.Other.class);
        handler = (exchange, token) -> answer(exchange, 404, "not found");
        assertThat(isolation().unusedToken()).isEqualTo(new TokenAnswer.Other(404, "not found"));
    }

    @Test
    void followsNoRedirectOfATokenOrOfAnotherPath() {
        handler = (exchange, token) -> {
            exchange.getResponseHeaders().set("Location", "http://127.0.0.1:" + port() + "/elsewhere");
            answer(exchange, 302, "");
        };
        assertThat(isolation().unusedToken()).isEqualTo(new TokenAnswer.Other(302, ""));
        assertThat(requests).hasSize(3).noneMatch(request -> request.endsWith("/elsewhere"));
    }

    private ResponderIsolation isolation() {
        return paths(port(), 1, LIMIT).isolation(SHOP, LOOPBACK).getFirst();
    }

    private static Optional<String> unusedAnswer(String token) {
        return ResponderProbe.ofUnusedToken(token).map(ResponderProbe::answer);
    }

    @Test
    void followsNoRedirect() {
        handler = (exchange, token) -> {
            exchange.getResponseHeaders().set("Location", "http://127.0.0.1:" + port() + "/failure");
            answer(exchange, 301, "");
        };
        assertThat(failure(http(SHOP))).contains("HTTP 301");
        assertThat(requests).hasSize(1);
    }

    @Test
    void reportsARefusedConnection() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertThat(failure(paths(free, free, LIMIT).http(SHOP, LOOPBACK).getFirst()))
                .containsIgnoringCase("refused");
        assertThat(failure(paths(free, free, LIMIT).tls(LOOPBACK).getFirst())).containsIgnoringCase("refused");
    }

    @Test
    void timesOutWithoutAnAnswer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            ChallengePaths paths = paths(silent.getLocalPort(), silent.getLocalPort(), Duration.ofMillis(200));
            assertThat(failure(paths.http(SHOP, LOOPBACK).getFirst())).contains("200 ms");
            assertThat(failure(paths.tls(LOOPBACK).getFirst())).contains("200 ms");
        }
    }

    private ProbeResult http(Identifier identifier) {
        return paths(port(), 1, LIMIT).http(identifier, LOOPBACK).getFirst();
    }

    private ChallengePaths paths(int httpPort, int tlsPort, Duration limit) {
        return new ChallengePaths(new ChallengeFetch(vertx, httpPort, limit), new AcmeHandshake(tlsPort, limit));
    }

    private int port() {
        return server.getAddress().getPort();
    }

    private static String failure(ProbeResult reach) {
        return ((ProbeResult.Failed) reach).evidence();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
