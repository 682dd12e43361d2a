package dev.perennial.validation.http01;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.perennial.platform.probe.ResponderProbe;
import dev.perennial.testbed.process.Ports;
import dev.perennial.validation.routing.ProxyServer;
import dev.perennial.validation.routing.RoutingExample;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs the http-01 snippets of docs/operating/routing in their web servers and load balancers, in front of two fakes of
 * the responder.
 */
class HttpRoutingIT {
    private static final String PATH = "/.well-known/acme-challenge/";

    private final Queue<String> forwarded = new ConcurrentLinkedQueue<>();
    private HttpServer first;
    private HttpServer second;

    @BeforeEach
    void start() throws IOException {
        first = replica("first");
        second = replica("second");
    }

    @AfterEach
    void stop() {
        first.stop(0);
        second.stop(0);
    }

    @ParameterizedTest
    @EnumSource(names = {"NGINX", "APACHE", "HAPROXY"})
    void challengesReachBothReplicasWithTheirHostName(ProxyServer.Kind kind) throws IOException {
        try (ProxyServer server = front(kind)) {
            for (int i = 0; i < 8; i++) {
                assertThat(get(server, PATH + "token-_9"))
                        .startsWith("HTTP/1.1 200")
                        .endsWith("token-_9.thumb");
            }
        }
        assertThat(forwarded)
                .contains("first shop.example.com " + PATH + "token-_9")
                .contains("second shop.example.com " + PATH + "token-_9")
                .hasSize(8);
    }

    @ParameterizedTest
    @EnumSource(names = {"NGINX", "APACHE", "HAPROXY"})
    void aProbeGetsThrough(ProxyServer.Kind kind) throws IOException {
        String path = PATH + ResponderProbe.random().token();
        try (ProxyServer server = front(kind)) {
            assertThat(get(server, path)).startsWith("HTTP/1.1 200");
        }
        assertThat(forwarded).hasSize(1).first().asString().endsWith(path);
    }

    /** The page of the router would hide the answer of the responder. */
    @ParameterizedTest
    @EnumSource(names = {"NGINX", "APACHE", "HAPROXY"})
    void anUnknownTokenGetsTheAnswerOfTheResponder(ProxyServer.Kind kind) throws IOException {
        ResponderProbe probe = ResponderProbe.random();
        try (ProxyServer server = front(kind)) {
            assertThat(get(server, PATH + probe.unusedToken()))
                    .startsWith("HTTP/1.1 404")
                    .endsWith(probe.answer());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NGINX", "APACHE", "HAPROXY"})
    void nothingElseIsForwarded(ProxyServer.Kind kind) throws IOException {
        try (ProxyServer server = front(kind)) {
            assertThat(get(server, "/shop?id=1")).startsWith("HTTP/1.1 301").contains("ocation: https://");
            for (String path : List.of(
                    "/",
                    "/q/health",
                    "/.well-known/other",
                    PATH,
                    PATH + "../../q/health",
                    PATH + "..%2f..%2fq/health",
                    PATH + "token/deeper",
                    PATH + "token.thumb",
                    PATH + "perennial-probe.a/../../q/health",
                    "/" + ResponderProbe.random().token(),
                    "/.well-known/" + ResponderProbe.random().token(),
                    "/x" + PATH + "token")) {
                assertThat(get(server, path)).as(path).doesNotStartWith("HTTP/1.1 200");
            }
        }
        assertThat(forwarded).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"NGINX", "APACHE", "HAPROXY"})
    void oneReplicaIsEnough(ProxyServer.Kind kind) throws IOException {
        try (ProxyServer server = front(kind)) {
            first.stop(0);
            List<String> answers = IntStream.range(0, 6)
                    .mapToObj(i -> get(server, PATH + "token"))
                    .toList();
            assertThat(answers).allSatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 200"));
        }
    }

    private ProxyServer front(ProxyServer.Kind kind) {
        int port = Ports.free();
        String here = "127.0.0.1:" + port;
        RoutingExample snippet =
                switch (kind) {
                    case NGINX -> RoutingExample.of("nginx-http-01.conf").with("listen 80 ", "listen " + here + " ");
                    case APACHE -> RoutingExample.of("apache-http-01.conf").with("*:80", here);
                    case HAPROXY -> RoutingExample.of("haproxy-http-01.cfg").with("bind :80", "bind " + here);
                    case NGINX_STREAM -> throw new AssertionError("does not route http-01");
                };
        return ProxyServer.start(
                kind, snippet.with("192.0.2.11:8080", address(first)).with("192.0.2.12:8080", address(second)), port);
    }

    private static String address(HttpServer replica) {
        return "127.0.0.1:" + replica.getAddress().getPort();
    }

    private HttpServer replica(String name) throws IOException {
        HttpServer replica = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        replica.createContext("/", exchange -> {
            String path = exchange.getRequestURI().toString();
            forwarded.add(name + " " + exchange.getRequestHeaders().getFirst("Host") + " " + path);
            String token = path.substring(path.lastIndexOf('/') + 1);
            Optional<ResponderProbe> unused = ResponderProbe.ofUnusedToken(token);
            byte[] body =
                    unused.map(ResponderProbe::answer).orElse(token + ".thumb").getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(unused.isPresent() ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        replica.start();
        return replica;
    }

    /** Writes the request itself, because the JDK's client would normalize the path. */
    private static String get(ProxyServer server, String path) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "no answer: " + e;
        }
    }
}
