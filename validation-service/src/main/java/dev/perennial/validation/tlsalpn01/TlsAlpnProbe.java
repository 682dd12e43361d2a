package dev.perennial.validation.tlsalpn01;

import dev.perennial.acme.Authorization;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.platform.probe.AcmeHandshake;
import dev.perennial.validation.selfcheck.SelfCheckProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** Shakes hands at one address as the CA would (RFC 8737 section 3) and looks at the certificate. */
record TlsAlpnProbe(AcmeHandshake handshake) implements SelfCheckProbe {
    @Override
    public Optional<Problem> at(InetAddress address, Identifier identifier, Authorization.Challenge challenge) {
        String where = address.getHostAddress() + " port " + handshake.port() + ": ";
        try {
            return complaint(address, identifier, challenge)
                    .map(complaint -> problem(
                            identifier.value() + " answers, but not with the challenge's answer; send connections of"
                                    + " protocol acme-tls/1 to this installation's responder",
                            where + complaint));
        } catch (IOException e) {
            return Optional.of(problem(
                    identifier.value() + " does not shake hands over acme-tls/1; open port " + handshake.port()
                            + " and send connections of that protocol to this installation's responder",
                    where + e.getMessage()));
        }
    }

    private Optional<String> complaint(InetAddress address, Identifier identifier, Authorization.Challenge challenge)
            throws IOException {
        AcmeHandshake.Shown shown = handshake.with(address, TlsAlpnParameters.serverName(identifier));
        if (!AcmeHandshake.PROTOCOL.equals(shown.protocol())) {
            return Optional.of("it speaks TLS, but not the protocol acme-tls/1");
        }
        return shown.certificate() instanceof X509Certificate x509
                ? ChallengeCertificate.complaint(x509, identifier, challenge.keyAuthorization())
                : Optional.of("its certificate is not X.509");
    }

    private static Problem problem(String detail, String evidence) {
        return Problem.of(ErrorCode.SELF_CHECK_FAILED, detail, evidence);
    }
}
