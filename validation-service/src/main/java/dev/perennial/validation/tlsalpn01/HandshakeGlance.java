package dev.perennial.validation.tlsalpn01;

import dev.perennial.acme.Authorization;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.validation.selfcheck.Glance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** Shakes hands at one address as the CA would (RFC 8737 section 3) and looks at the certificate. */
record HandshakeGlance(int port, Duration limit) implements Glance {
    @Override
    public Optional<Problem> at(InetAddress address, Identifier identifier, Authorization.Challenge challenge) {
        String where = address.getHostAddress() + " port " + port + ": ";
        try {
            return complaint(address, identifier, challenge)
                    .map(complaint -> problem(
                            identifier.value() + " answers, but not with the challenge's answer; send connections of"
                                    + " protocol acme-tls/1 to this installation's responder",
                            where + complaint));
        } catch (IOException e) {
            return Optional.of(problem(
                    identifier.value() + " does not shake hands over acme-tls/1; open port " + port
                            + " and send connections of that protocol to this installation's responder",
                    where + e.getMessage()));
        }
    }

    private Optional<String> complaint(InetAddress address, Identifier identifier, Authorization.Challenge challenge)
            throws IOException {
        try (Socket connection = new Socket();
                var cutoff = Cutoff.after(limit, connection)) {
            try {
                connection.connect(new InetSocketAddress(address, port), (int) limit.toMillis());
                return complaint(connection, identifier, challenge);
            } catch (IOException e) {
                throw cutoff.happened()
                        ? new IOException("no complete handshake within " + limit.toMillis() + " ms", e)
                        : e;
            }
        }
    }

    private Optional<String> complaint(Socket connection, Identifier identifier, Authorization.Challenge challenge)
            throws IOException {
        try (SSLSocket socket = secured(connection, AcmeTls.serverName(identifier))) {
            socket.startHandshake();
            if (!AcmeTls.PROTOCOL.equals(socket.getApplicationProtocol())) {
                return Optional.of("it speaks TLS, but not the protocol acme-tls/1");
            }
            Certificate shown = socket.getSession().getPeerCertificates()[0];
            return shown instanceof X509Certificate x509
                    ? ChallengeCertificate.complaint(x509, identifier, challenge.keyAuthorization())
                    : Optional.of("its certificate is not X.509");
        }
    }

    private SSLSocket secured(Socket connection, String serverName) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            var socket = (SSLSocket) context.getSocketFactory().createSocket(connection, serverName, port, true);
            var parameters = socket.getSSLParameters();
            parameters.setProtocols(AcmeTls.VERSIONS);
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
            parameters.setApplicationProtocols(new String[] {AcmeTls.PROTOCOL});
            socket.setSSLParameters(parameters);
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    private static Problem problem(String detail, String evidence) {
        return Problem.of(ErrorCode.SELF_CHECK_FAILED, detail, evidence);
    }
}
