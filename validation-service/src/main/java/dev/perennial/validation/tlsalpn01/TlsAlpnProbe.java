package dev.perennial.validation.tlsalpn01;

import dev.perennial.acme.Authorization;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.platform.probe.AcmeHandshake;
import dev.perennial.validation.challenges.NoAnswerException;
import dev.perennial.validation.selfcheck.SelfCheckProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** Performs a tls-alpn-01 handshake with one address as the CA does (RFC 8737 section 3) and checks the certificate. */
record TlsAlpnProbe(AcmeHandshake handshake) implements SelfCheckProbe {
    @Override
    public Optional<Problem> at(InetAddress address, Identifier identifier, Authorization.Challenge challenge) {
        String where = address.getHostAddress() + " port " + handshake.port() + ": ";
        try {
            return mismatch(address, identifier, challenge)
                    .map(mismatch -> problem(
                            identifier.value()
                                    + " sends another certificate than the challenge's; route connections with"
                                    + " the protocol acme-tls/1 to this installation's responder",
                            where + mismatch));
        } catch (IOException e) {
            throw new NoAnswerException(
                    identifier.value() + " does not complete a handshake over acme-tls/1; open port " + handshake.port()
                            + " and route connections with that protocol to this installation's responder",
                    where + e.getMessage());
        }
    }

    private Optional<String> mismatch(InetAddress address, Identifier identifier, Authorization.Challenge challenge)
            throws IOException {
        AcmeHandshake.Shown shown = handshake.with(address, TlsAlpnParameters.serverName(identifier));
        if (!AcmeHandshake.PROTOCOL.equals(shown.protocol())) {
            return Optional.of("the server supports TLS, but not the protocol acme-tls/1");
        }
        return shown.certificate() instanceof X509Certificate x509
                ? ChallengeCertificate.mismatch(x509, identifier, challenge.keyAuthorization())
                : Optional.of("the certificate is not X.509");
    }

    private static Problem problem(String detail, String evidence) {
        return Problem.of(ErrorCode.SELF_CHECK_FAILED, detail, evidence);
    }
}
