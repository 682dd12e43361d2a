package dev.perennial.validation.tlsalpn01;

import dev.perennial.events.Identifier;
import dev.perennial.platform.probe.AcmeHandshake;
import dev.perennial.validation.challenges.LiveChallenges;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jboss.logging.Logger;

/** Completes tls-alpn-01 handshakes (RFC 8737 section 3) and probes, and aborts all others. */
@ApplicationScoped
class TlsAlpn01Responder {
    private static final Logger LOG = Logger.getLogger(TlsAlpn01Responder.class);
    private static final String HANDSHAKES = "perennial_tlsalpn01_handshakes_total";
    /** The CA's handshake may arrive before the response that another replica presented. */
    private static final Duration ARRIVAL_TIMEOUT = Duration.ofSeconds(2);

    private final LiveChallenges live;
    private final TlsAlpn01Config config;
    private final MeterRegistry meters;
    private final KeyPair key = key();
    private Optional<TlsAlpn01Listener> listener = Optional.empty();

    TlsAlpn01Responder(LiveChallenges live, TlsAlpn01Config config, MeterRegistry meters) {
        this.live = live;
        this.config = config;
        this.meters = meters;
    }

    /** @throws UncheckedIOException if the port is in use, which prevents the start of the service */
    void start(@Observes StartupEvent starting) {
        config.listenPort().ifPresent(this::listen);
    }

    void stop(@Observes ShutdownEvent stopping) {
        listener.ifPresent(TlsAlpn01Listener::close);
    }

    OptionalInt port() {
        return listener.map(listening -> OptionalInt.of(listening.port())).orElse(OptionalInt.empty());
    }

    private void listen(int port) {
        var address = new InetSocketAddress(config.listenHost(), port);
        try {
            listener = Optional.of(new TlsAlpn01Listener(
                    address, config.maxConnections(), config.handshakeTimeout(), this::handshake));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the tls-alpn-01 responder cannot listen on " + address
                            + "; free the port or change perennial.tlsalpn01.listen-port",
                    e);
        }
    }

    private void handshake(Socket connection) {
        var keyManager = new ChallengeKeyManager(key, this::answer);
        try (SSLSocket socket = secured(connection, keyManager)) {
            socket.startHandshake();
        } catch (IOException e) {
            LOG.debugf("a handshake failed: %s", e.getMessage());
        }
        meters.counter(HANDSHAKES, "outcome", keyManager.answered() ? "answered" : "refused")
                .increment();
    }

    private Optional<String> answer(Identifier identifier) {
        return live.find(identifier, ARRIVAL_TIMEOUT).toCompletableFuture().join();
    }

    private SSLSocket secured(Socket connection, ChallengeKeyManager keyManager) throws IOException {
        try {
            // A context per handshake, so that no session of an earlier challenge is resumed.
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keyManager}, new TrustManager[0], null);
            var socket = (SSLSocket) context.getSocketFactory().createSocket(connection, null, true);
            var parameters = socket.getSSLParameters();
            parameters.setProtocols(AcmeHandshake.versions());
            parameters.setApplicationProtocols(new String[] {AcmeHandshake.PROTOCOL});
            socket.setSSLParameters(parameters);
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    private static KeyPair key() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), new SecureRandom());
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }
}
