package dev.perennial.agent.proof;

import dev.perennial.events.IpAddress;
import dev.perennial.events.Sha256;
import dev.perennial.platform.probe.AcceptAllTrustManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** A TLS handshake of a client without a previous session. */
final class Handshake {
    private static final int READ_TIMEOUTS = 5;

    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("handshake timeouts").factory());

    /**
     * The header of the PROXY protocol, version 1, of a sender that relays no connection, for example a health check
     * (section 2.1 of HAProxy's proxy-protocol.txt).
     */
    private static final byte[] PROXY_HEADER = "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);

    private Handshake() {}

    /**
     * @param timeout of the connect and of each read; everything after the connect takes at most five times as long
     */
    static HandshakeResult perform(ClientConnection to, Duration timeout) {
        try (Socket socket = new Socket()) {
            int millis = Math.toIntExact(timeout.toMillis());
            try {
                socket.connect(to.socketAddress(), millis);
            } catch (IOException e) {
                return new HandshakeResult.Unreachable(reason(e));
            }
            socket.setSoTimeout(millis);
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
                return handshake(socket, to);
            } catch (IOException e) {
                return new HandshakeResult.HandshakeFailed(
                        expired.get() ? "the handshake was not complete after " + total + " ms" : reason(e));
            } finally {
                limit.cancel(false);
            }
        } catch (IOException | IllegalArgumentException e) {
            return new HandshakeResult.HandshakeFailed(reason(e));
        }
    }

    private static HandshakeResult handshake(Socket socket, ClientConnection to) throws IOException {
        if (to.verification().proxyProtocol().isPresent()) {
            socket.getOutputStream().write(PROXY_HEADER);
        }
        String serverName = to.serverName();
        try (SSLSocket tls = (SSLSocket) freshContext()
                .getSocketFactory()
                .createSocket(socket, serverName, to.verification().port(), true)) {
            var parameters = tls.getSSLParameters();
            // RFC 6066 section 3: SNI contains no address; the server then presents its default certificate.
            parameters.setServerNames(IpAddress.is(serverName) ? List.of() : List.of(new SNIHostName(serverName)));
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            // As presented: not sorted, and not completed from a trust store.
            return new HandshakeResult.Served(
                    Arrays.stream(tls.getSession().getPeerCertificates())
                            .map(certificate -> Sha256.fingerprint((X509Certificate) certificate))
                            .toList(),
                    tls.getSession().getProtocol());
        }
    }

    private static String reason(Exception e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A context per handshake, because a resumed session shows the certificate of the first handshake. The context
     * accepts every chain: the proof compares the presented chain with the expected one, which is stricter, and a certificate of a private
     * or test CA can be proven without its root on this host.
     */
    private static SSLContext freshContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AcceptAllTrustManager()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
