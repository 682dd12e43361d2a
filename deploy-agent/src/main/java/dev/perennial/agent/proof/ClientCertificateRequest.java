package dev.perennial.agent.proof;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Notes that a server requests the certificate of the client; presents none.
 *
 * <p>With TLS 1.3, the handshake of the client ends before such a server refuses it. With TLS 1.2, it fails. The server
 * has proven the possession of its key by then only if its ServerKeyExchange was verified. The call of this class does
 * not imply that: the JDK accepts a CertificateRequest without an earlier ServerKeyExchange. But the JDK sends
 * ChangeCipherSpec only after ClientKeyExchange, which needs the parameters that were verified; so {@link Handshake}
 * requires both.
 */
final class ClientCertificateRequest extends X509ExtendedKeyManager {
    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        Handshake.OBSERVED.get().certificateRequested();
        return null;
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return new X509Certificate[0];
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        throw new IllegalStateException("there is no client certificate");
    }
}
