package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rotations on a real PostgreSQL, which reads certificate and key again at a reload. */
class PostgresqlIT extends RotationSetup {
    /** SSLRequest, section 55.7 of PostgreSQL's documentation. */
    private static final byte[] SSL_REQUEST =
            ByteBuffer.allocate(8).putInt(8).putInt(80_877_103).array();

    private EmbeddedPostgres postgres;

    @BeforeEach
    void start() throws IOException {
        prelude = PostgresqlIT::requestTls;
        Path data = folder.resolve("data");
        postgres = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setPGStartupWait(Duration.ofSeconds(60))
                .setServerConfig("unix_socket_directories", "")
                .start();
        port = postgres.getPort();
        String process = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
        agent("""
                host: web-1
                servers:
                  postgresql:
                    kind: postgresql
                    reload: [/bin/kill, -HUP, "%1$s"]
                certificates:
                  - match: shop
                    server: postgresql
                    directory: %2$s/certificates/{name}
                    include: %2$s/includes/{name}.conf
                    verify: [{port: %3$d, protocol: postgresql}]
                """.formatted(process, folder, port));
        Files.writeString(
                data.resolve("postgresql.conf"),
                "\nssl = on\ninclude '" + folder + "/includes/shop.conf'\n",
                StandardOpenOption.APPEND);
        assertThat(hostFile.groups().get("postgresql").apply(List.of())).isEmpty();
        awaitHandshake();
    }

    @AfterEach
    void stopPostgres() throws IOException {
        postgres.close();
    }

    @Test
    void failsNoHandshakeDuringRotations() throws Exception {
        rotate();
    }

    private static void requestTls(Socket socket) throws IOException {
        socket.getOutputStream().write(SSL_REQUEST);
        int answer = socket.getInputStream().read();
        if (answer != 'S') {
            throw new IOException("no TLS: " + answer);
        }
    }
}
