package dev.perennial.agent.proof;

import dev.perennial.agent.check.Pem;
import dev.perennial.events.IpAddress;
import dev.perennial.platform.probe.AcceptAllTrustManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** A TLS handshake of a client without a previous session. */
final class Handshake {
    private Handshake() {}

    /**
     * @param serverName for SNI; an address is not sent
     * @param timeout of the connect and of each read
     */
    static HandshakeResult perform(InetSocketAddress address, String serverName, Duration timeout) {
        try (Socket socket = new Socket()) {
            int millis = Math.toIntExact(timeout.toMillis());
            try {
                socket.connect(address, millis);
            } catch (IOException e) {
                return new HandshakeResult.Unreachable(e.getClass().getSimpleName() + ": " + e.getMessage());
            }
            socket.setSoTimeout(millis);
            try (SSLSocket tls = (SSLSocket)
                    freshContext().getSocketFactory().createSocket(socket, serverName, address.getPort(), true)) {
                var parameters = tls.getSSLParameters();
                // RFC 6066 section 3: SNI contains no address; the server then presents its default certificate.
                parameters.setServerNames(IpAddress.is(serverName) ? List.of() : List.of(new SNIHostName(serverName)));
                tls.setSSLParameters(parameters);
                tls.startHandshake();
                var leaf = (X509Certificate) tls.getSession().getPeerCertificates()[0];
                return new HandshakeResult.Served(
                        Pem.fingerprint(leaf), tls.getSession().getProtocol());
            }
        } catch (IOException | IllegalArgumentException e) {
            return new HandshakeResult.HandshakeFailed(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    /**
     * A context per handshake, because a resumed session shows the certificate of the first handshake. The context
     * accepts every chain: the proof is the fingerprint of the leaf, which is stricter, and a certificate of a private
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
