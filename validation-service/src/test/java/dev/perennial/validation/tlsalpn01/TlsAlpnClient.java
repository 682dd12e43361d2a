package dev.perennial.validation.tlsalpn01;

import dev.perennial.platform.probe.AcceptAllTrustManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** A TLS client for tests. */
record TlsAlpnClient(int port, Optional<String> serverName, List<String> protocols, List<String> versions) {
    static TlsAlpnClient ca(int port, String serverName) {
        return new TlsAlpnClient(port, Optional.of(serverName), List.of("acme-tls/1"), List.of("TLSv1.3", "TLSv1.2"));
    }

    TlsAlpnClient withProtocols(String... any) {
        return new TlsAlpnClient(port, serverName, List.of(any), versions);
    }

    TlsAlpnClient withoutServerName() {
        return new TlsAlpnClient(port, Optional.empty(), protocols, versions);
    }

    TlsAlpnClient inVersion(String version) {
        return new TlsAlpnClient(port, serverName, protocols, List.of(version));
    }

    /** @throws IOException if the server aborts the handshake */
    X509Certificate handshake() throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new AcceptAllTrustManager()}, null);
        try (var connection = new Socket(InetAddress.getLoopbackAddress(), port);
                var socket = (SSLSocket) context.getSocketFactory().createSocket(connection, null, port, true)) {
            socket.setSoTimeout(20_000);
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(serverName.stream()
                    .<javax.net.ssl.SNIServerName>map(SNIHostName::new)
                    .toList());
            parameters.setApplicationProtocols(protocols.toArray(String[]::new));
            parameters.setProtocols(versions.toArray(String[]::new));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            if (!protocols.isEmpty() && !protocols.contains(socket.getApplicationProtocol())) {
                throw new IOException("agreed on the protocol '" + socket.getApplicationProtocol() + "'");
            }
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }
}
