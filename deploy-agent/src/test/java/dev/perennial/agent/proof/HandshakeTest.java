package dev.perennial.agent.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.perennial.agent.targets.Verification;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    /** The header of a TLS record of 16 KB (RFC 8446 section 5.1). */
    private static final byte[] LARGE_RECORD = HexFormat.of().parseHex("1603034000");

    @Test
    void endsIfTheServerSendsOneByteAtATime() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> sendSlowly(server));

            HandshakeResult result = assertTimeoutPreemptively(
                    Duration.ofSeconds(30),
                    () -> Handshake.perform(
                            new ClientConnection(
                                    Verification.tls("127.0.0.1", server.getLocalPort(), new Verification.Names.All()),
                                    server.getInetAddress(),
                                    "shop.example.com"),
                            Duration.ofSeconds(1)));

            assertThat(result)
                    .isInstanceOfSatisfying(HandshakeResult.HandshakeFailed.class, failed -> assertThat(failed.reason())
                            .contains("not complete after 5000 ms"));
        }
    }

    private static void sendSlowly(ServerSocket server) {
        Semaphore never = new Semaphore(0);
        try (Socket client = server.accept()) {
            OutputStream out = client.getOutputStream();
            out.write(LARGE_RECORD);
            while (!never.tryAcquire(50, TimeUnit.MILLISECONDS)) {
                out.write(0);
            }
        } catch (IOException | InterruptedException e) {
            // The client has closed the connection.
            return;
        }
    }
}
