package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rotations on a real Postfix with a combined PEM, on its port for SMTP over TLS (RFC 8314). */
class PostfixIT extends RotationSetup {
    @BeforeEach
    void start() throws IOException {
        port = freePort();
        String postfix = program("postfix", "postfix");
        // Its processes run as another user.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path configuration = Files.createDirectories(folder.resolve("postfix"));
        agent("""
                host: web-1
                servers:
                  postfix:
                    kind: command
                    test: [%1$s, -c, %2$s/postfix, check]
                    reload: [%1$s, -c, %2$s/postfix, reload]
                certificates:
                  - match: shop
                    server: postfix
                    directory: %2$s/certificates/{name}
                    file: %2$s/tls/{name}.pem
                    content: [key, fullchain]
                    verify: [{port: %3$d}]
                """.formatted(postfix, folder, port));
        Files.createDirectories(folder.resolve("queue"));
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.setOwner(
                data, data.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postfix"));
        Files.writeString(configuration.resolve("main.cf"), """
                compatibility_level = 3.6
                queue_directory = %1$s/queue
                data_directory = %1$s/data
                daemon_directory = /usr/lib/postfix/sbin
                maillog_file = %1$s/postfix.log
                maillog_file_prefixes = %1$s
                inet_interfaces = 127.0.0.1
                myhostname = shop.example.com
                mydestination =
                alias_maps =
                smtpd_tls_chain_files = %1$s/tls/shop.pem
                smtpd_tls_security_level = encrypt
                smtpd_tls_wrappermode = yes
                smtpd_client_connection_rate_limit = 0
                """.formatted(folder));
        Files.writeString(configuration.resolve("master.cf"), """
                127.0.0.1:%d inet n - n - - smtpd
                cleanup unix n - n - 0 cleanup
                qmgr unix n - n 300 1 qmgr
                tlsmgr unix - - n 1000 1 tlsmgr
                rewrite unix - - n - - trivial-rewrite
                bounce unix - - n - 0 bounce
                proxymap unix - - n - - proxymap
                anvil unix - - n - 1 anvil
                postlog unix-dgram n - n - 1 postlogd
                """.formatted(port));
        serve(postfix, "-c", configuration.toString(), "start-fg");
    }

    /** The end of {@code start-fg} does not end the master process. */
    @AfterEach
    void stopPostfix() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        program("postfix", "postfix"),
                        "-c",
                        folder.resolve("postfix").toString(),
                        "stop")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("stop.log").toFile())
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS))
                .as("Postfix has ended")
                .isTrue();
    }

    @Test
    void failsNoHandshakeDuringRotations() throws Exception {
        rotate();
    }
}
