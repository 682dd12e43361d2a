package dev.perennial.agent.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.perennial.agent.TestBundles;
import dev.perennial.agent.targets.Verification;
import dev.perennial.agent.targets.Verification.Names;
import dev.perennial.agent.targets.Verification.Protocol;
import dev.perennial.events.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** The header of a TLS record of 16 KB (RFC 8446 section 5.1). */
    private static final byte[] LARGE_RECORD = HexFormat.of().parseHex("1603034000");
    /** Fatal, handshake_failure. */
    private static final String ALERT = "15030300020228";

    private final TestBundles ca = new TestBundles();
    private final TestBundles.Leaf leaf =
            ca.leaf(List.of("shop.example.com"), TestBundles.days(-1), TestBundles.days(30));

    /** Handles one connection. */
    private interface Server {
        void handle(Socket client) throws Exception;
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS", "SMTP"})
    void endsIfTheServerSendsOneByteAtATime(Protocol protocol) throws Exception {
        try (ServerSocket server = serve(HandshakeTest::sendSlowly)) {
            HandshakeResult result = assertTimeoutPreemptively(
                    Duration.ofSeconds(30), () -> perform(server, protocol, Duration.ofSeconds(1)));

            assertThat(result)
                    .isInstanceOfSatisfying(HandshakeResult.HandshakeFailed.class, failed -> assertThat(failed.reason())
                            .contains("not complete after 5000 ms"));
        }
    }

    @Test
    void startsTlsAfterTheDialogueOfTheProtocol() throws Exception {
        SSLContext context = context(leaf);
        try (ServerSocket server = serve(client -> {
            client.getOutputStream().write("+OK ready\r\n".getBytes(StandardCharsets.US_ASCII));
            client.getInputStream().readNBytes("STLS\r\n".length());
            client.getOutputStream().write("+OK begin\r\n".getBytes(StandardCharsets.US_ASCII));
            tls(context, client, "TLSv1.3", false);
        })) {
            assertServed(perform(server, Protocol.POP3, TIMEOUT), leaf, "TLSv1.3");
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, false", "TLSv1.3, false", "TLSv1.2, true", "TLSv1.3, true"})
    void showsTheChainWhetherOrNotTheServerRequiresAClientCertificate(String protocol, boolean required)
            throws Exception {
        SSLContext context = context(leaf);
        try (ServerSocket server = serve(client -> tls(context, client, protocol, required))) {
            assertServed(perform(server, Protocol.TLS, TIMEOUT), leaf, protocol);
        }
    }

    /** Anyone can copy a chain; only the signature of ServerKeyExchange shows that the server has its key. */
    @ParameterizedTest
    @ValueSource(strings = {ALERT, "160303000e0e000000" + ALERT, "16030300040e000000" + ALERT, ""})
    void showsNothingIfTheServerRequestsACertificateWithoutProvingItsKey(String after) throws Exception {
        String hello = "0303" + "00".repeat(32) + "00" + "c02b" + "00";
        String der = HexFormat.of().formatHex(leaf.certificate().getEncoded());
        String certificates = length(der) + der;
        String request = "0140" + "0004" + "04030401" + "0000";
        String flight = record(message("02", hello))
                + record(message("0b", length(certificates) + certificates))
                + record(message("0d", request))
                + after;
        try (ServerSocket server = serve(client -> {
            client.getInputStream().read(new byte[4096]);
            client.getOutputStream().write(HexFormat.of().parseHex(flight));
            client.shutdownOutput();
            client.getInputStream().readAllBytes();
        })) {
            assertThat(perform(server, Protocol.TLS, TIMEOUT)).isInstanceOf(HandshakeResult.HandshakeFailed.class);
        }
    }

    @Test
    void fallsBackToEveryGroupOfTheJdk() throws Exception {
        SSLContext context = context(leaf);
        try (ServerSocket server = serve(client -> {
            SSLSocket tls = server(context, client, "TLSv1.3", false);
            var parameters = tls.getSSLParameters();
            parameters.setNamedGroups(new String[] {"secp384r1"});
            tls.setSSLParameters(parameters);
            complete(tls);
        })) {
            OfferedHandshake handshake = new OfferedHandshake(
                    (connection, offer) -> Handshake.perform(connection, offer, TIMEOUT),
                    Optional.of(leaf.certificate()),
                    new HashMap<>());

            assertServed(handshake.perform(connection(server, Protocol.TLS)), leaf, "TLSv1.3");
            assertThat(handshake.count()).isEqualTo(2);
            assertServed(handshake.perform(connection(server, Protocol.TLS)), leaf, "TLSv1.3");
            assertThat(handshake.count()).isEqualTo(3);
        }
    }

    private static void assertServed(HandshakeResult result, TestBundles.Leaf leaf, String protocol) {
        assertThat(result).isInstanceOfSatisfying(HandshakeResult.Served.class, served -> {
            assertThat(served.fingerprint()).isEqualTo(Sha256.fingerprint(leaf.certificate()));
            assertThat(served.chain()).hasSize(2);
            assertThat(served.protocol()).isEqualTo(protocol);
        });
    }

    private static HandshakeResult perform(ServerSocket server, Protocol protocol, Duration timeout) {
        // With TLS 1.2, a key on P-256 needs a group of this curve.
        return Handshake.perform(connection(server, protocol), Offer.ANY, timeout);
    }

    private static ClientConnection connection(ServerSocket server, Protocol protocol) {
        return new ClientConnection(
                new Verification(protocol, "127.0.0.1", server.getLocalPort(), new Names.All(), Optional.empty()),
                server.getInetAddress(),
                "shop.example.com");
    }

    private static ServerSocket serve(Server handler) throws IOException {
        ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    handler.handle(client);
                } catch (Exception e) {
                    // The client reports the failure.
                    continue;
                }
            }
        });
        return server;
    }

    private static void tls(SSLContext context, Socket client, String protocol, boolean clientCertificate)
            throws IOException {
        complete(server(context, client, protocol, clientCertificate));
    }

    private static SSLSocket server(SSLContext context, Socket client, String protocol, boolean clientCertificate)
            throws IOException {
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(client, null, true);
        tls.setUseClientMode(false);
        tls.setEnabledProtocols(new String[] {protocol});
        tls.setNeedClientAuth(clientCertificate);
        return tls;
    }

    private static void complete(SSLSocket tls) throws IOException {
        try (tls) {
            tls.startHandshake();
            tls.getInputStream().read();
        }
    }

    private SSLContext context(TestBundles.Leaf served) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "leaf", served.key(), new char[0], new X509Certificate[] {served.certificate(), ca.intermediate()});
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), new TrustManager[] {new PresentedChain()}, null);
        return context;
    }

    private static void sendSlowly(Socket client) throws IOException, InterruptedException {
        Semaphore never = new Semaphore(0);
        OutputStream out = client.getOutputStream();
        out.write(LARGE_RECORD);
        while (!never.tryAcquire(50, TimeUnit.MILLISECONDS)) {
            out.write(0);
        }
    }

    private static String record(String message) {
        return "160303" + "%04x".formatted(message.length() / 2) + message;
    }

    private static String message(String type, String body) {
        return type + length(body) + body;
    }

    /** In three bytes. */
    private static String length(String hex) {
        return "%06x".formatted(hex.length() / 2);
    }
}
