package dev.perennial.validation.tlsalpn01;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.events.ChallengePresented;
import dev.perennial.events.Identifier;
import dev.perennial.events.Sha256;
import dev.perennial.platform.probe.ResponderProbe;
import dev.perennial.validation.challenges.LiveChallenges;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsAlpn01ResponderTest {
    private static final String NAME = "shop.example.com";
    private static final String ANSWER = "token.thumb";

    private Instant now = Instant.now();
    private final LiveChallenges live = new LiveChallenges(() -> now);
    private final List<TlsAlpn01Responder> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(responder -> responder.stop(new ShutdownEvent()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void sendsTheCertificateOfRfc8737(String version) throws Exception {
        present("token", NAME, ANSWER);

        X509Certificate shown =
                ca(start(ResponderSettings.MANY)).inVersion(version).handshake();

        assertThat(shown.getCriticalExtensionOIDs()).containsExactly("1.3.6.1.5.5.7.1.31");
        // OCTET STRING of the extension around the OCTET STRING of RFC 8737 around 32 bytes of digest.
        assertThat(HexFormat.of().formatHex(shown.getExtensionValue("1.3.6.1.5.5.7.1.31")))
                .isEqualTo("04220420" + Sha256.hex(ANSWER));
        assertThat(shown.getSubjectAlternativeNames()).containsExactly(List.of(2, NAME));
        shown.verify(shown.getPublicKey());
        shown.checkValidity();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 1.2.0.192.in-addr.arpa, 192.0.2.1",
        "2001:db8::1, 1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa, 2001:db8:0:0:0:0:0:1"
    })
    void findsAnAddressByItsReverseName(String address, String serverName, String shownAs) throws Exception {
        live.put(
                new ChallengePresented(
                        "token", ANSWER, Identifier.of(address), "tls-alpn-01", now.plusSeconds(60), Optional.empty()),
                Duration.ofSeconds(60));

        X509Certificate shown =
                TlsAlpnClient.ca(start(ResponderSettings.MANY), serverName).handshake();

        assertThat(shown.getSubjectAlternativeNames()).containsExactly(List.of(7, shownAs));
        assertThat(TlsAlpnParameters.serverName(Identifier.of(address))).isEqualTo(serverName);
        assertThat(ChallengeCertificate.mismatch(shown, Identifier.of(address), ANSWER))
                .isEmpty();
    }

    @Test
    void ignoresTheCaseOfTheName() throws Exception {
        present("token", NAME, ANSWER);
        X509Certificate shown = TlsAlpnClient.ca(start(ResponderSettings.MANY), "Shop.Example.COM")
                .handshake();
        assertThat(shown.getSubjectAlternativeNames()).containsExactly(List.of(2, NAME));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void refusesOtherProtocols(String version) {
        present("token", NAME, ANSWER);
        TlsAlpnClient client = ca(start(ResponderSettings.MANY)).inVersion(version);

        assertThatThrownBy(client.withProtocols("h2", "http/1.1")::handshake).isInstanceOf(IOException.class);
        assertThatThrownBy(client.withProtocols("acme-tls/2")::handshake).isInstanceOf(IOException.class);
        assertThatThrownBy(client.withProtocols()::handshake).isInstanceOf(IOException.class);
    }

    @Test
    void refusesUnknownOrMissingServerNames() {
        present("token", NAME, ANSWER);
        int port = start(ResponderSettings.MANY);

        assertThatThrownBy(TlsAlpnClient.ca(port, "other.example.com")::handshake)
                .isInstanceOf(IOException.class);
        assertThatThrownBy(TlsAlpnClient.ca(port, "localhost")::handshake).isInstanceOf(IOException.class);
        assertThatThrownBy(ca(port).withoutServerName()::handshake).isInstanceOf(IOException.class);
    }

    @Test
    void respondsToAProbeWithoutTheExtension() throws Exception {
        int port = start(ResponderSettings.MANY);

        X509Certificate shown =
                TlsAlpnClient.ca(port, "perennial-probe.invalid").handshake();

        assertThat(ResponderProbe.isShownBy(shown)).isTrue();
        assertThat(shown.getExtensionValue(ChallengeCertificate.ACME_IDENTIFIER))
                .isNull();
        assertThatThrownBy(TlsAlpnClient.ca(port, "perennial-probe.invalid").withProtocols("h2")::handshake)
                .isInstanceOf(IOException.class);
        assertThatThrownBy(TlsAlpnClient.ca(port, "www.perennial-probe.invalid")::handshake)
                .isInstanceOf(IOException.class);
        present("token", NAME, ANSWER);
        assertThat(ResponderProbe.isShownBy(ca(port).handshake())).isFalse();
    }

    @Test
    void refusesAfterWithdrawalOrExpiry() throws Exception {
        TlsAlpnClient client = ca(start(ResponderSettings.MANY));
        present("token", NAME, ANSWER);
        client.handshake();
        live.remove("token");
        assertThatThrownBy(client::handshake).isInstanceOf(IOException.class);

        present("again", NAME, ANSWER);
        client.handshake();
        now = now.plus(Duration.ofHours(2));
        assertThatThrownBy(client::handshake).isInstanceOf(IOException.class);
    }

    @Test
    void ignoresResponsesOfHttp01() {
        live.put(
                new ChallengePresented(
                        "token", ANSWER, Identifier.dns(NAME), "http-01", now.plusSeconds(60), Optional.empty()),
                Duration.ofSeconds(60));
        assertThatThrownBy(ca(start(ResponderSettings.MANY))::handshake).isInstanceOf(IOException.class);
    }

    @Test
    void refusesTlsVersionsBelow12() {
        present("token", NAME, ANSWER);
        assertThatThrownBy(ca(start(ResponderSettings.MANY)).inVersion("TLSv1.1")::handshake)
                .isInstanceOf(IOException.class);
    }

    @Test
    void waitsForAResponseFromAnotherReplica() throws Exception {
        TlsAlpnClient client = ca(start(ResponderSettings.MANY));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var shown = threads.submit(client::handshake);
            present("token", NAME, ANSWER);
            assertThat(shown.get().getSubjectAlternativeNames()).containsExactly(List.of(2, NAME));
        }
    }

    @Test
    void prefersTheLastPresentedResponseOfAName() throws Exception {
        TlsAlpnClient client = ca(start(ResponderSettings.MANY));
        present("first", NAME, "first.thumb");
        now = now.plusSeconds(1);
        present("last", NAME, "last.thumb");
        assertThat(digestIn(client.handshake())).isEqualTo(Sha256.hex("last.thumb"));
        live.remove("last");
        assertThat(digestIn(client.handshake())).isEqualTo(Sha256.hex("first.thumb"));
    }

    @Test
    void closesTheConnectionOfAClientThatIsSlow() throws Exception {
        int port = start(ResponderSettings.MANY.within(Duration.ofMillis(300)));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var slow = new Socket(InetAddress.getLoopbackAddress(), port)) {
            slow.setSoTimeout(20_000);
            OutputStream out = slow.getOutputStream();
            // The header of a 16 KiB record, whose bytes then arrive one by one: no single read times out.
            out.write(HexFormat.of().parseHex("1603014000"));
            Future<Void> dripping = threads.submit(() -> drip(out));
            assertThat(isEnded(slow)).isTrue();
            assertThatThrownBy(() -> dripping.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void limitsConcurrentConnections() throws Exception {
        present("token", NAME, ANSWER);
        int port = start(ResponderSettings.MANY.atMost(2));
        TlsAlpnClient client = ca(port);
        try (var first = new Socket(InetAddress.getLoopbackAddress(), port);
                var second = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(first.isConnected() && second.isConnected()).isTrue();
            assertThatThrownBy(client::handshake).isInstanceOf(IOException.class);
        }
        // The two connections are closed, which the responder detects at its next read.
        Instant deadline = Instant.now().plusSeconds(20);
        while (true) {
            try {
                client.handshake();
                return;
            } catch (IOException e) {
                assertThat(Instant.now()).isBefore(deadline);
            }
        }
    }

    @Test
    void failsToStartIfThePortIsInUse() {
        int taken = start(ResponderSettings.MANY);
        var second = new TlsAlpn01Responder(live, ResponderSettings.MANY.on(taken), new SimpleMeterRegistry());
        assertThatThrownBy(() -> second.start(new StartupEvent())).hasMessageContaining("listen-port");
    }

    private TlsAlpnClient ca(int port) {
        return TlsAlpnClient.ca(port, NAME);
    }

    private void present(String token, String name, String answer) {
        live.put(
                new ChallengePresented(
                        token, answer, Identifier.dns(name), "tls-alpn-01", now.plusSeconds(3600), Optional.empty()),
                Duration.ofHours(1));
    }

    private int start(ResponderSettings config) {
        var responder = new TlsAlpn01Responder(live, config, new SimpleMeterRegistry());
        responder.start(new StartupEvent());
        started.add(responder);
        return responder.port().orElseThrow();
    }

    private static Void drip(OutputStream out) throws IOException {
        while (true) {
            out.write(1);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private static boolean isEnded(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() == -1;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    private static String digestIn(X509Certificate shown) {
        return HexFormat.of()
                .formatHex(shown.getExtensionValue("1.3.6.1.5.5.7.1.31"))
                .substring("04220420".length());
    }
}
