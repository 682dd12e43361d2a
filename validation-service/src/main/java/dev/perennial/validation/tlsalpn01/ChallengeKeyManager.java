package dev.perennial.validation.tlsalpn01;

import dev.perennial.events.Identifier;
import dev.perennial.platform.probe.AcmeHandshake;
import dev.perennial.platform.probe.ResponderProbe;
import java.net.Socket;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Selects the certificate of one handshake. Selects none, which aborts the handshake, if ALPN is not
 * {@code acme-tls/1} or SNI names neither a live challenge nor the probe.
 */
final class ChallengeKeyManager extends X509ExtendedKeyManager {
    private static final String ALIAS = "challenge";
    private static final String KEY_TYPE = "EC";

    private final KeyPair key;
    private final Function<Identifier, Optional<String>> answers;
    private Optional<X509Certificate> certificate = Optional.empty();
    private boolean selected;

    /** @param answers finds the key authorization of an identifier; may block briefly */
    ChallengeKeyManager(KeyPair key, Function<Identifier, Optional<String>> answers) {
        this.key = key;
        this.answers = answers;
    }

    boolean answered() {
        return certificate.isPresent();
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        if (!KEY_TYPE.equals(keyType) || !(socket instanceof SSLSocket handshaking)) {
            return null;
        }
        // Called once per signature scheme: only the first call may wait.
        if (!selected) {
            selected = true;
            certificate = certificate(handshaking);
        }
        return answered() ? ALIAS : null;
    }

    private Optional<X509Certificate> certificate(SSLSocket socket) {
        if (!AcmeHandshake.PROTOCOL.equals(socket.getHandshakeApplicationProtocol())
                || !(socket.getHandshakeSession() instanceof ExtendedSSLSession session)) {
            return Optional.empty();
        }
        return serverName(session.getRequestedServerNames()).flatMap(this::certificate);
    }

    private Optional<X509Certificate> certificate(String serverName) {
        return serverName.equalsIgnoreCase(ResponderProbe.SERVER_NAME)
                ? Optional.of(ChallengeCertificate.ofProbe(key, Instant.now()))
                : TlsAlpnParameters.identifier(serverName).flatMap(identifier -> answers.apply(identifier)
                        .map(answer -> ChallengeCertificate.of(identifier, answer, key, Instant.now())));
    }

    private static Optional<String> serverName(List<SNIServerName> names) {
        return names.stream()
                .filter(name -> name.getType() == StandardConstants.SNI_HOST_NAME)
                .findFirst()
                .map(name -> name instanceof SNIHostName host ? host : new SNIHostName(name.getEncoded()))
                .map(SNIHostName::getAsciiName);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return certificate.stream().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return key.getPrivate();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return null;
    }
}
