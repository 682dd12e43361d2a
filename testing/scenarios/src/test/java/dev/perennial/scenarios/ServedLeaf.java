package dev.perennial.scenarios;

import dev.perennial.testbed.web.TrustAll;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** Reads the certificate that a server serves, without code of the fleet. */
final class ServedLeaf {
    private ServedLeaf() {}

    static X509Certificate at(int port, String serverName) {
        try {
            SSLContext fresh = SSLContext.getInstance("TLS");
            fresh.init(null, new TrustManager[] {new TrustAll()}, null);
            try (SSLSocket socket = (SSLSocket) fresh.getSocketFactory().createSocket("127.0.0.1", port)) {
                socket.setSoTimeout(5000);
                var parameters = socket.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName(serverName)));
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                return (X509Certificate) socket.getSession().getPeerCertificates()[0];
            }
        } catch (Exception e) {
            throw new AssertionError("no handshake with " + serverName + " on port " + port, e);
        }
    }
}
