package dev.perennial.agent.proof;

import dev.perennial.agent.proof.starttls.PlainConnection;
import dev.perennial.agent.proof.starttls.StartTls;
import dev.perennial.agent.proof.starttls.StartTlsException;
import dev.perennial.events.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/** A connection with the dialogue of its protocol and a TLS handshake without a previous session. */
final class Handshake {
    /** The handshake of the current thread. */
    static final ScopedValue<Observation> OBSERVED = ScopedValue.newInstance();

    private static final int READ_TIMEOUTS = 5;

    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("handshake timeouts").factory());

    private static final SSLContext CONTEXT = context();

    private Handshake() {}

    /** @param timeout of the connect and of each read; everything after the connect takes at most five times as long */
    static HandshakeResult perform(ClientConnection to, Offer offer, Duration timeout) {
        try (Socket socket = new Socket()) {
            int millis = Math.toIntExact(timeout.toMillis());
            try {
                socket.connect(to.socketAddress(), millis);
            } catch (IOException e) {
                return new HandshakeResult.Unreachable(reason(e));
            }
            socket.setSoTimeout(millis);
            socket.setTcpNoDelay(true);
            // The timeout of a read does not limit a server that sends one byte at a time.
            long total = (long) millis * READ_TIMEOUTS;
            AtomicBoolean expired = new AtomicBoolean();
            Future<?> limit = TIMER.schedule(
                    () -> {
                        expired.set(true);
                        close(socket);
                    },
                    total,
                    TimeUnit.MILLISECONDS);
            try {
                return handshake(socket, to, offer);
            } catch (IOException e) {
                return new HandshakeResult.HandshakeFailed(
                        expired.get() ? "the handshake was not complete after " + total + " ms" : reason(e),
                        refused(e));
            } finally {
                limit.cancel(false);
            }
        } catch (IOException | IllegalArgumentException e) {
            return new HandshakeResult.HandshakeFailed(reason(e), false);
        }
    }

    private static HandshakeResult handshake(Socket socket, ClientConnection to, Offer offer) throws IOException {
        if (to.verification().proxyProtocol().isPresent()) {
            socket.getOutputStream()
                    .write(ProxyHeader.of(to.verification().proxyProtocol().get()));
        }
        StartTls.of(to.verification().protocol())
                .agree(new PlainConnection(socket.getInputStream(), socket.getOutputStream()));
        Observation observed = new Observation();
        try {
            ScopedValue.where(OBSERVED, observed)
                    .call(() -> new EngineHandshake(engine(to, offer), socket, observed).complete());
            return observed.served();
        } catch (IOException e) {
            return observed.servedButRefused().map(HandshakeResult.class::cast).orElseThrow(() -> e);
        }
    }

    /**
     * An engine without the peer's name and port has no key in the session cache of its context, so that it neither
     * resumes a session nor can its own be resumed: a resumed session shows the certificate of the first handshake.
     */
    private static SSLEngine engine(ClientConnection to, Offer offer) {
        SSLEngine engine = CONTEXT.createSSLEngine();
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        // RFC 6066 section 3: SNI contains no address; the server then presents its default certificate.
        parameters.setServerNames(
                IpAddress.is(to.serverName()) ? List.of() : List.of(new SNIHostName(to.serverName())));
        offer.apply(engine, parameters);
        return engine;
    }

    private static boolean refused(IOException e) {
        return e instanceof SSLException && String.valueOf(e.getMessage()).contains("Received fatal alert");
    }

    private static String reason(Exception e) {
        return e instanceof StartTlsException ? e.getMessage() : e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    new KeyManager[] {new ClientCertificateRequest()}, new TrustManager[] {new PresentedChain()}, null);
            // Its sessions are of no use; zero would mean no limit.
            context.getClientSessionContext().setSessionCacheSize(1);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
