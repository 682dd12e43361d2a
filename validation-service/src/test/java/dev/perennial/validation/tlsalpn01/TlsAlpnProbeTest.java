package dev.perennial.validation.tlsalpn01;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.acme.Authorization;
import dev.perennial.events.ChallengePresented;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.platform.probe.AcmeHandshake;
import dev.perennial.validation.challenges.LiveChallenges;
import dev.perennial.validation.challenges.NoAnswerException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TlsAlpnProbeTest {
    private static final Identifier SHOP = Identifier.dns("shop.example.com");
    private static final Authorization.Challenge CHALLENGE = new Authorization.Challenge(
            "tls-alpn-01", URI.create("https://ca.example.com/c"), "token", "token.thumb", Optional.empty());

    private final LiveChallenges live = new LiveChallenges(InstantSource.system());
    private final TlsAlpn01Responder responder =
            new TlsAlpn01Responder(live, ResponderSettings.MANY, new SimpleMeterRegistry());

    @BeforeEach
    void start() {
        responder.start(new StartupEvent());
    }

    @AfterEach
    void stop() {
        responder.stop(new ShutdownEvent());
    }

    @Test
    void acceptsTheExpectedCertificate() {
        present("token.thumb");
        assertThat(probe(responder.port().orElseThrow())).isEmpty();
    }

    @Test
    void reportsTheCertificateOfAnotherChallenge() {
        present("other.thumb");
        assertThat(probe(responder.port().orElseThrow())).hasValueSatisfying(problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.SELF_CHECK_FAILED);
            assertThat(problem.evidence().orElseThrow()).contains("127.0.0.1 port", "response to another challenge");
        });
    }

    @Test
    void reportsAnAbortedHandshake() {
        assertThatExceptionOfType(NoAnswerException.class)
                .isThrownBy(() -> probe(responder.port().orElseThrow()))
                .withMessageContaining("shop.example.com does not complete a handshake over acme-tls/1");
    }

    @Test
    void reportsAClosedPort() throws IOException {
        int free;
        try (var socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertThatExceptionOfType(NoAnswerException.class)
                .isThrownBy(() -> probe(free))
                .withMessageContaining("open port " + free);
    }

    @Test
    void limitsTheTimeOfTheHandshake() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var tlsProbe = new TlsAlpnProbe(new AcmeHandshake(silent.getLocalPort(), Duration.ofMillis(200)));
            assertThatExceptionOfType(NoAnswerException.class)
                    .isThrownBy(() -> tlsProbe.at(InetAddress.getLoopbackAddress(), SHOP, CHALLENGE))
                    .satisfies(e -> assertThat(e.problem().evidence().orElseThrow())
                            .contains("no complete handshake within 200 ms"));
        }
    }

    private Optional<Problem> probe(int port) {
        return new TlsAlpnProbe(new AcmeHandshake(port, Duration.ofSeconds(10)))
                .at(InetAddress.getLoopbackAddress(), SHOP, CHALLENGE);
    }

    private void present(String keyAuthorization) {
        live.put(
                new ChallengePresented(
                        "token",
                        keyAuthorization,
                        SHOP,
                        "tls-alpn-01",
                        Instant.now().plusSeconds(60),
                        Optional.empty()),
                Duration.ofSeconds(60));
    }
}
