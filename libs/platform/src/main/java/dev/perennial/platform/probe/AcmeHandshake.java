package dev.perennial.platform.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * A TLS handshake with one address as a CA performs it for tls-alpn-01 (RFC 8737 section 3). Blocks, at most for the
 * limit.
 *
 * @param limit from the connection to the end of the handshake
 */
public record AcmeHandshake(int port, Duration limit) {
    public static final String PROTOCOL = "acme-tls/1";

    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    /** @param protocol the negotiated ALPN protocol; empty if the server does not support ALPN */
    public record Shown(String protocol, Certificate certificate) {}

    public static String[] versions() {
        return VERSIONS.clone();
    }

    /** @throws IOException if the handshake does not complete */
    public Shown with(InetAddress address, String serverName) throws IOException {
        try (Socket connection = new Socket();
                var deadline = ConnectionDeadline.after(limit, connection)) {
            try {
                connection.connect(new InetSocketAddress(address, port), (int) limit.toMillis());
                return shown(connection, serverName);
            } catch (IOException e) {
                throw deadline.expired()
                        ? new IOException("no complete handshake within " + limit.toMillis() + " ms", e)
                        : e;
            }
        }
    }

    private Shown shown(Socket connection, String serverName) throws IOException {
        try (SSLSocket socket = secured(connection, serverName)) {
            socket.startHandshake();
            return new Shown(
                    socket.getApplicationProtocol(), socket.getSession().getPeerCertificates()[0]);
        }
    }

    private SSLSocket secured(Socket connection, String serverName) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AcceptAllTrustManager()}, null);
            var socket = (SSLSocket) context.getSocketFactory().createSocket(connection, serverName, port, true);
            var parameters = socket.getSSLParameters();
            parameters.setProtocols(VERSIONS);
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
            parameters.setApplicationProtocols(new String[] {PROTOCOL});
            socket.setSSLParameters(parameters);
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }
}
