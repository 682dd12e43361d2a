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

/** Shakes hands with the CA (RFC 8737 section 3), and with who asks whether it is here, and with nobody else. */
@ApplicationScoped
class TlsAlpn01Responder {
    private static final Logger LOG = Logger.getLogger(TlsAlpn01Responder.class);
    private static final String HANDSHAKES = "perennial_tlsalpn01_handshakes_total";
    /** A CA may ask this replica before the answer another one presented has arrived here. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

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

    /** @throws UncheckedIOException where the port is taken: the service does not start then */
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
            listener = Optional.of(
                    new TlsAlpn01Listener(address, config.maxConnections(), config.handshakeLimit(), this::shakeHands));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "nobody can listen for tls-alpn-01 on " + address + "; see perennial.tlsalpn01.listen-port", e);
        }
    }

    private void shakeHands(Socket connection) {
        var answering = new ChallengeKeyManager(key, this::answer);
        try (SSLSocket socket = secured(connection, answering)) {
            socket.startHandshake();
        } catch (IOException e) {
            LOG.debugf("a handshake came to nothing: %s", e.getMessage());
        }
        meters.counter(HANDSHAKES, "outcome", answering.answered() ? "answered" : "refused")
                .increment();
    }

    private Optional<String> answer(Identifier identifier) {
        return live.find(identifier, PATIENCE).toCompletableFuture().join();
    }

    private SSLSocket secured(Socket connection, ChallengeKeyManager answering) throws IOException {
        try {
            // A context for each: no session of an earlier challenge is ever resumed.
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {answering}, new TrustManager[0], null);
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
