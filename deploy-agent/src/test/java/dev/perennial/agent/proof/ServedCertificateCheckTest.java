package dev.perennial.agent.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.TestBundles;
import dev.perennial.agent.targets.ProbeTarget;
import dev.perennial.events.Sha256;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** A server whose old and new workers accept connections at once, as those of nginx do during a reload. */
class ServedCertificateCheckTest {
    private static final Duration SETTLE = Duration.ofMillis(800);
    /** Long enough for a busy machine. */
    private static final Duration LONG = Duration.ofSeconds(20);

    private final TestBundles ca = new TestBundles();
    private final TestBundles.Leaf before =
            ca.leaf(List.of("shop.example.com"), TestBundles.days(-1), TestBundles.days(30));
    private final TestBundles.Leaf after =
            ca.leaf(List.of("shop.example.com"), TestBundles.days(-1), TestBundles.days(90));
    private final AtomicInteger connections = new AtomicInteger();
    private final BlockingQueue<List<SNIServerName>> requestedNames = new LinkedBlockingQueue<>();

    @Test
    void needsSeveralHandshakesWhileOldWorkersAccept() throws Exception {
        try (ServerSocket server = serve(connection -> connection == 2)) {
            ProofResult proof = prove(server, LONG);

            assertThat(proof).isInstanceOf(ProofResult.Proven.class);
            // New, old, new, new: the old one in between invalidates the first.
            assertThat(connections).hasValue(4);
        }
    }

    @Test
    void doesNotProveACertificateThatIsServedIntermittently() throws Exception {
        try (ServerSocket server = serve(connection -> connection % 2 == 0)) {
            assertThat(prove(server, SETTLE)).isInstanceOf(ProofResult.Unproven.class);
        }
    }

    @Test
    void makesOneHandshakeIfNothingWasReloaded() throws Exception {
        try (ServerSocket server = serve(connection -> false)) {
            assertThat(prove(server, Duration.ZERO)).isInstanceOf(ProofResult.Proven.class);
            assertThat(connections).hasValue(1);
        }
    }

    @Test
    void sendsANameButNeverAnAddress() throws Exception {
        try (ServerSocket server = serve(connection -> false)) {
            assertThat(prove(server, "192.0.2.1", Duration.ZERO)).isInstanceOf(ProofResult.Proven.class);
            assertThat(prove(server, "shop.example.com", Duration.ZERO)).isInstanceOf(ProofResult.Proven.class);
            assertThat(requestedNames.poll(20, TimeUnit.SECONDS)).isEmpty();
            assertThat(requestedNames.poll(20, TimeUnit.SECONDS)).hasSize(1);
        }
    }

    private ProofResult prove(ServerSocket server, Duration settle) throws Exception {
        return prove(server, "shop.example.com", settle);
    }

    private ProofResult prove(ServerSocket server, String serverName, Duration settle) throws Exception {
        var probe = new ProbeTarget("127.0.0.1", server.getLocalPort(), Optional.empty(), false);
        String expected = Sha256.fingerprint(after.certificate());
        return new ServedCertificateCheck().prove(probe, serverName, expected, settle, Context.root());
    }

    /** @param old which connections, counted from 1, meet the old certificate */
    private ServerSocket serve(IntPredicate old) throws Exception {
        SSLContext oldWorker = context(before);
        SSLContext newWorker = context(after);
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    SSLContext worker = old.test(connections.incrementAndGet()) ? oldWorker : newWorker;
                    Thread.ofVirtual().start(() -> greet(worker, socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
        return server;
    }

    private void greet(SSLContext worker, Socket socket) {
        try (SSLSocket tls = (SSLSocket) worker.getSocketFactory().createSocket(socket, null, true)) {
            tls.setUseClientMode(false);
            tls.startHandshake();
            requestedNames.add(((ExtendedSSLSession) tls.getSession()).getRequestedServerNames());
            tls.getInputStream().read();
        } catch (IOException e) {
            // The client reports the failure.
            return;
        }
    }

    private SSLContext context(TestBundles.Leaf leaf) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "leaf", leaf.key(), new char[0], new X509Certificate[] {leaf.certificate(), ca.intermediate()});
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
