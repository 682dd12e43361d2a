package dev.perennial.agent.proof;

import dev.perennial.agent.TestBundles;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.X509ExtendedKeyManager;

/** Presents the next certificate, at last the last one, in each full handshake, with any chain; a resumed session
 * chooses none. */
final class SwitchingKeys extends X509ExtendedKeyManager {
    private final List<TestBundles.Leaf> leaves;
    private final Function<X509Certificate, List<X509Certificate>> chain;
    private final AtomicInteger handshakes = new AtomicInteger();

    SwitchingKeys(List<TestBundles.Leaf> leaves, Function<X509Certificate, List<X509Certificate>> chain) {
        this.leaves = leaves;
        this.chain = chain;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return keyType.equals("EC") ? Integer.toString(handshakes.getAndIncrement()) : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return chain.apply(leaf(alias).certificate()).toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return leaf(alias).key();
    }

    private TestBundles.Leaf leaf(String alias) {
        return leaves.get(Math.min(Integer.parseInt(alias), leaves.size() - 1));
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return null;
    }
}
