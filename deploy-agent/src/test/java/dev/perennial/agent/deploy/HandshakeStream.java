package dev.perennial.agent.deploy;

import dev.perennial.events.Sha256;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Clients that make one handshake after the other, each without a session. A handshake fails if the server presents a
 * certificate to which its key does not belong.
 */
final class HandshakeStream implements AutoCloseable {
    private static final int CLIENTS = 3;
    private static final int TIMEOUT_MILLIS = 5_000;

    /** What a client sends and reads before the TLS handshake. */
    @FunctionalInterface
    interface Prelude {
        Prelude NONE = socket -> {};

        void perform(Socket socket) throws IOException;
    }

    private final int port;
    private final Prelude prelude;
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicInteger handshakes = new AtomicInteger();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final Set<String> leaves = ConcurrentHashMap.newKeySet();
    private final List<Thread> clients;

    HandshakeStream(int port, Prelude prelude) {
        this.port = port;
        this.prelude = prelude;
        this.clients = IntStream.range(0, CLIENTS)
                .mapToObj(i -> Thread.ofVirtual().start(this::run))
                .toList();
    }

    private void run() {
        while (!done.get()) {
            try {
                leaves.add(handshake(port, prelude));
                handshakes.incrementAndGet();
            } catch (IOException | GeneralSecurityException e) {
                failures.add(e.toString());
            }
        }
    }

    int handshakes() {
        return handshakes.get();
    }

    List<String> failures() {
        return failures;
    }

    /** SHA-256 of every leaf that was presented. */
    Set<String> leaves() {
        return leaves;
    }

    @Override
    public void close() throws InterruptedException {
        done.set(true);
        for (Thread client : clients) {
            client.join();
        }
    }

    /** @return SHA-256 of the leaf */
    static String handshake(int port, Prelude prelude) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new AcceptAll()}, null);
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            prelude.perform(socket);
            try (SSLSocket tls =
                    (SSLSocket) context.getSocketFactory().createSocket(socket, "shop.example.com", port, true)) {
                var parameters = tls.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName("shop.example.com")));
                tls.setSSLParameters(parameters);
                tls.startHandshake();
                return Sha256.fingerprint((X509Certificate) tls.getSession().getPeerCertificates()[0]);
            }
        }
    }

    private static final class AcceptAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new AssertionError("a client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            assert chain.length > 0;
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
