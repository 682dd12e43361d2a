package dev.perennial.agent.proof;

import dev.perennial.agent.check.Pem;
import dev.perennial.agent.targets.Verification;
import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * A short-lived TLS server on the loopback that presents a key and its chain, so that a handshake can test them without
 * a server of the host. It accepts handshakes, but no data, until it is closed.
 */
public final class LoopbackTlsServer implements AutoCloseable {
    private static final char[] NO_PASSWORD = {};
    private static final int BACKLOG = 4;
    private static final int GREETING_MILLIS = 3_000;

    private final SSLServerSocket socket;

    private LoopbackTlsServer(SSLServerSocket socket) {
        this.socket = socket;
    }

    /**
     * @param chain PEM, leaf first
     * @param privateKey PKCS#8 PEM
     * @throws IllegalArgumentException if either cannot be read
     */
    public static LoopbackTlsServer of(String chain, String privateKey) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(Pem.certificates(chain), privateKey).getKeyManagers(), null, null);
            LoopbackTlsServer server = new LoopbackTlsServer((SSLServerSocket)
                    context.getServerSocketFactory().createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
            Thread.ofVirtual().name("loopback TLS server").start(server::accept);
            return server;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the JDK cannot present this key with this chain", e);
        }
    }

    private static KeyManagerFactory keys(List<X509Certificate> chain, String privateKey)
            throws GeneralSecurityException, IOException {
        PrivateKey key =
                Pem.privateKey(privateKey, chain.getFirst().getPublicKey().getAlgorithm());
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("presented", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, NO_PASSWORD);
        return factory;
    }

    /** Its endpoint. */
    public Verification verification() {
        return Verification.tls(
                socket.getInetAddress().getHostAddress(), socket.getLocalPort(), new Verification.Names.First());
    }

    private void accept() {
        while (!socket.isClosed()) {
            try (SSLSocket client = (SSLSocket) socket.accept()) {
                client.setSoTimeout(GREETING_MILLIS);
                client.startHandshake();
            } catch (IOException e) {
                // Closed, or a failed handshake: the client reports the failure.
                continue;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
