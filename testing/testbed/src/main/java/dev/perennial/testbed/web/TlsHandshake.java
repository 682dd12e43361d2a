package dev.perennial.testbed.web;

import dev.perennial.events.Sha256;
import dev.perennial.testbed.ca.PemHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * The result of a TLS handshake with a server on loopback, in a new context.
 *
 * @param names DNS names of the served leaf
 * @param serial lower-case hex
 * @param fingerprint SHA-256 of the leaf's DER, lower-case hex
 */
public record TlsHandshake(
        List<String> names, String issuer, String serial, String fingerprint, Instant notAfter, String protocol) {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int DNS_NAME = 2;

    public TlsHandshake {
        names = List.copyOf(names);
    }

    /**
     * Trusts only these roots, and checks the server's name.
     *
     * @throws UncheckedIOException if the handshake fails, for example because of an invalid chain or name
     */
    public static TlsHandshake trusting(String roots, int port, String serverName) {
        return with(PemHttp.trusting(roots), port, serverName, true);
    }

    /** Accepts any certificate; for inspection, not as a proof. */
    public static TlsHandshake withoutTrust(int port, String serverName) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAll()}, null);
            return with(context, port, serverName, false);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TlsHandshake with(SSLContext context, int port, String serverName, boolean checkName) {
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
            plain.setSoTimeout(TIMEOUT_MILLIS);
            try (var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, serverName, port, true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName(serverName)));
                if (checkName) {
                    parameters.setEndpointIdentificationAlgorithm("HTTPS");
                }
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                var leaf = (X509Certificate) socket.getSession().getPeerCertificates()[0];
                return of(leaf, socket.getSession().getProtocol());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no handshake for " + serverName + " on port " + port, e);
        }
    }

    private static TlsHandshake of(X509Certificate leaf, String protocol) {
        try {
            List<String> names = leaf.getSubjectAlternativeNames() == null
                    ? List.of()
                    : leaf.getSubjectAlternativeNames().stream()
                            .filter(name -> name.getFirst().equals(DNS_NAME))
                            .map(name -> (String) name.get(1))
                            .sorted()
                            .toList();
            return new TlsHandshake(
                    names,
                    leaf.getIssuerX500Principal().getName(),
                    leaf.getSerialNumber().toString(16),
                    Sha256.fingerprint(leaf),
                    leaf.getNotAfter().toInstant(),
                    protocol);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
