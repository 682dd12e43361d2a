package dev.perennial.validation.http01;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perennial.acme.Authorization;
import dev.perennial.dns.AddressLookup;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.platform.probe.ChallengeFetch;
import dev.perennial.validation.challenges.NoAnswerException;
import dev.perennial.validation.selfcheck.SelfCheck;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelfCheckTest {
    private static final Authorization.Challenge CHALLENGE = new Authorization.Challenge(
            "http-01", URI.create("https://ca.example.com/c"), "token", "token.thumb", Optional.empty());

    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private Vertx vertx;
    private HttpServer server;
    private Responding responding = exchange -> answer(exchange, 200, "token.thumb");

    private interface Responding {
        void to(HttpExchange exchange) throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        vertx = Vertx.vertx();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestHeaders().getFirst("Host") + exchange.getRequestURI());
            try (exchange) {
                responding.to(exchange);
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
    void acceptsTheExpectedResponse() {
        assertThat(check()).isEmpty();
        assertThat(requests).containsExactly("shop.example.com:" + port() + "/.well-known/acme-challenge/token");
    }

    @Test
    void toleratesTrailingWhiteSpace() {
        responding = exchange -> answer(exchange, 200, "token.thumb\r\n");
        assertThat(check()).isEmpty();
    }

    @Test
    void retriesUntilTheResponseIsPresent() {
        AtomicInteger attempts = new AtomicInteger();
        responding = exchange -> answer(exchange, attempts.incrementAndGet() < 3 ? 404 : 200, "token.thumb");
        assertThat(check(Duration.ofSeconds(30), loopback())).isEmpty();
        assertThat(attempts).hasValue(3);
    }

    @Test
    void quotesAnUnexpectedResponse() {
        responding = exchange -> answer(exchange, 200, "<html>\u001b[31mparked</html>" + "x".repeat(500));
        assertThat(check()).hasValueSatisfying(problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.SELF_CHECK_FAILED);
            assertThat(problem.detail()).contains("shop.example.com sends another response");
            assertThat(problem.evidence().orElseThrow())
                    .startsWith("127.0.0.1 port " + port() + ", HTTP 200, body: <html>.[31mparked")
                    .hasSizeLessThan(220);
        });
    }

    /** The CA follows redirects (RFC 8555 section 8.3), this check does not: only the CA can give the answer. */
    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void leavesTheTargetOfARedirectToTheCa(int status) {
        responding = exchange -> {
            exchange.getResponseHeaders().set("Location", "http://127.0.0.1:" + port() + "/elsewhere");
            answer(exchange, status, "");
        };

        assertThat(check()).isEmpty();

        assertThat(requests).noneMatch(request -> request.contains("elsewhere"));
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 304, 404})
    void reportsAResponseThatIsNeitherTheExpectedOneNorARedirect(int status) {
        responding = exchange -> answer(exchange, status, "");

        assertThat(check())
                .hasValueSatisfying(p -> assertThat(p.evidence().orElseThrow()).contains("HTTP " + status));
    }

    /** The CA selects one of the addresses. */
    @Test
    void probesTheOtherAddressesAfterARedirect() {
        AtomicInteger attempts = new AtomicInteger();
        responding = exchange -> answer(exchange, attempts.incrementAndGet() == 1 ? 301 : 404, "");
        AddressLookup two = name -> Collections.nCopies(2, InetAddress.getLoopbackAddress());

        assertThat(check(Duration.ZERO, two))
                .hasValueSatisfying(p -> assertThat(p.evidence().orElseThrow()).contains("HTTP 404"));
    }

    @Test
    void limitsTheSizeOfTheResponse() {
        responding = exchange -> answer(exchange, 200, "x".repeat(70_000));
        assertThatExceptionOfType(NoAnswerException.class)
                .isThrownBy(this::check)
                .withMessageContaining("is not reachable");
    }

    @Test
    void throwsIfNothingListens() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        var check = new SelfCheck(
                loopback(), new HttpProbe(new ChallengeFetch(vertx, free, Duration.ofSeconds(2))), Duration.ZERO);

        assertThatExceptionOfType(NoAnswerException.class)
                .isThrownBy(() -> check.run(Identifier.dns("shop.example.com"), CHALLENGE))
                .satisfies(e -> assertThat(e.problem().detail()).contains("open port " + free));
    }

    @Test
    void probesAnIpIdentifierWithoutDns() {
        List<String> hosts = new ArrayList<>();
        responding = exchange -> {
            hosts.add(exchange.getRequestHeaders().getFirst("Host"));
            answer(exchange, 200, CHALLENGE.keyAuthorization());
        };
        AddressLookup nothing = name -> {
            throw new UnknownHostException(name);
        };
        var probe = new HttpProbe(new ChallengeFetch(vertx, port(), Duration.ofSeconds(2)));
        var check = new SelfCheck(nothing, probe, Duration.ZERO);

        assertThat(check.run(Identifier.of("127.0.0.1"), CHALLENGE)).isEmpty();
        assertThat(hosts).containsExactly("127.0.0.1:" + port());
    }

    @Test
    void reportsANameThatDoesNotResolve() {
        AddressLookup nothing = name -> {
            throw new UnknownHostException(name + ": host not found, says the resolver");
        };
        assertThat(check(Duration.ZERO, nothing))
                .hasValueSatisfying(p -> assertThat(p.detail()).contains("shop.example.com does not resolve"));
    }

    @Test
    void throwsIfTheResolverDoesNotAnswer() {
        AddressLookup unavailable = AddressLookup.of(() -> Optional.of("127.0.0.1:1"));

        assertThatExceptionOfType(NoAnswerException.class)
                .isThrownBy(() -> check(Duration.ZERO, unavailable))
                .satisfies(e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.DNS_UNAVAILABLE));
    }

    private Optional<Problem> check() {
        return check(Duration.ZERO, loopback());
    }

    private Optional<Problem> check(Duration limit, AddressLookup lookup) {
        var probe = new HttpProbe(new ChallengeFetch(vertx, port(), Duration.ofSeconds(2)));
        return new SelfCheck(lookup, probe, limit).run(Identifier.dns("shop.example.com"), CHALLENGE);
    }

    private static AddressLookup loopback() {
        return name -> List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    private int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
