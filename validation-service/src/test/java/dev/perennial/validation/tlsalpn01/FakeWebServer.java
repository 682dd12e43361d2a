package dev.perennial.validation.tlsalpn01;

import dev.perennial.events.Identifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A TLS server for ordinary clients: accepts every name, with h2 or without ALPN. */
final class FakeWebServer implements AutoCloseable {
    private final TlsAlpn01Listener listener;

    FakeWebServer(String name) throws IOException, GeneralSecurityException {
        SSLContext context = context(name);
        listener = new TlsAlpn01Listener(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, Duration.ofSeconds(20), connection -> {
                    try (var socket = (SSLSocket) context.getSocketFactory().createSocket(connection, null, true)) {
                        var parameters = socket.getSSLParameters();
                        parameters.setApplicationProtocols(new String[] {"h2"});
                        socket.setSSLParameters(parameters);
                        socket.startHandshake();
                        // Until the client closes the connection.
                        socket.getInputStream().read();
                    } catch (IOException e) {
                        // A health check of a load balancer, which closes the connection.
                        return;
                    }
                });
    }

    int port() {
        return listener.port();
    }

    @Override
    public void close() {
        listener.close();
    }

    private static SSLContext context(String name) throws IOException, GeneralSecurityException {
        var key = KeyPairGenerator.getInstance("EC").generateKeyPair();
        var certificate = ChallengeCertificate.of(Identifier.dns(name), "none", key, Instant.now());
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("web", key.getPrivate(), new char[0], new X509Certificate[] {certificate});
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
