package dev.perennial.validation.tlsalpn01;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ChallengePresented;
import dev.perennial.events.Identifier;
import dev.perennial.testbed.process.Ports;
import dev.perennial.validation.challenges.LiveChallenges;
import dev.perennial.validation.routing.ProxyServer;
import dev.perennial.validation.routing.RoutingExample;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The snippets that docs/operating/routing gives for tls-alpn-01, in the servers they are for, before two responders
 * and a web server.
 */
class TlsRoutingIT {
    private static final String NAME = "shop.example.com";

    private final Replica first = new Replica();
    private final Replica second = new Replica();
    private FakeWebServer web;

    @BeforeEach
    void start() throws Exception {
        first.start();
        second.start();
        web = new FakeWebServer("web.example.com");
    }

    @AfterEach
    void stop() throws Exception {
        first.stop();
        second.stop();
        web.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"NGINX_STREAM", "HAPROXY"})
    void theCaReachesBothReplicas(ProxyServer.Kind kind) throws Exception {
        try (ProxyServer server = front(kind)) {
            for (int i = 0; i < 4; i++) {
                assertThat(names(TlsAlpnClient.ca(server.port(), NAME))).containsExactly(List.of(2, NAME));
            }
        }
        assertThat(first.answered()).isPositive();
        assertThat(second.answered()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"NGINX_STREAM", "HAPROXY"})
    void otherConnectionsReachTheWebServer(ProxyServer.Kind kind) throws Exception {
        try (ProxyServer server = front(kind)) {
            TlsAlpnClient visitor = TlsAlpnClient.ca(server.port(), NAME).withProtocols();
            assertThat(names(visitor)).containsExactly(List.of(2, "web.example.com"));
            assertThat(names(visitor.withoutServerName())).containsExactly(List.of(2, "web.example.com"));
            assertThat(names(visitor.inVersion("TLSv1.2"))).containsExactly(List.of(2, "web.example.com"));
            assertThat(names(visitor.withProtocols("h2", "http/1.1"))).containsExactly(List.of(2, "web.example.com"));
        }
        assertThat(first.answered() + second.answered()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"NGINX_STREAM", "HAPROXY"})
    void oneReplicaIsEnough(ProxyServer.Kind kind) throws Exception {
        try (ProxyServer server = front(kind)) {
            first.stop();
            for (int i = 0; i < 4; i++) {
                assertThat(names(TlsAlpnClient.ca(server.port(), NAME))).containsExactly(List.of(2, NAME));
            }
        }
    }

    private ProxyServer front(ProxyServer.Kind kind) {
        int port = Ports.free();
        String here = "127.0.0.1:" + port;
        RoutingExample snippet =
                switch (kind) {
                    case NGINX_STREAM ->
                        RoutingExample.of("nginx-tls-alpn-01.conf").with("listen 443;", "listen " + here + ";");
                    case HAPROXY -> RoutingExample.of("haproxy-tls-alpn-01.cfg").with("bind :443", "bind " + here);
                    case NGINX, APACHE -> throw new AssertionError("does not route tls-alpn-01");
                };
        return ProxyServer.start(
                kind,
                snippet.with("192.0.2.11:8443", "127.0.0.1:" + first.port())
                        .with("192.0.2.12:8443", "127.0.0.1:" + second.port())
                        .with("127.0.0.1:8444", "127.0.0.1:" + web.port()),
                port);
    }

    private static Iterable<List<?>> names(TlsAlpnClient client) throws Exception {
        X509Certificate shown = client.handshake();
        return shown.getSubjectAlternativeNames();
    }

    private static final class Replica {
        private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        private final LiveChallenges live = new LiveChallenges(InstantSource.system());
        private final TlsAlpn01Responder responder = new TlsAlpn01Responder(live, ResponderSettings.MANY, meters);

        void start() {
            live.put(
                    new ChallengePresented(
                            "token",
                            "token.thumb",
                            Identifier.dns(NAME),
                            "tls-alpn-01",
                            Instant.now().plusSeconds(600),
                            Optional.empty()),
                    Duration.ofMinutes(10));
            responder.start(new StartupEvent());
        }

        void stop() {
            responder.stop(new ShutdownEvent());
        }

        int port() {
            return responder.port().orElseThrow();
        }

        double answered() {
            var counter = meters.find("perennial_tlsalpn01_handshakes_total")
                    .tag("outcome", "answered")
                    .counter();
            return counter == null ? 0 : counter.count();
        }
    }
}
