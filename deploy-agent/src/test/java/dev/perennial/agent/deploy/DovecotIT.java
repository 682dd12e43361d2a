package dev.perennial.agent.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rotations on a real Dovecot 2.3, on its port for IMAP over TLS. */
class DovecotIT extends RotationSetup {
    @BeforeEach
    void start() throws IOException {
        port = freePort();
        String dovecot = program("dovecot", "dovecot-core dovecot-imapd");
        // Its login processes have no rights.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        agent("""
                host: web-1
                servers:
                  dovecot:
                    kind: dovecot
                    test: [%1$s, -c, %2$s/dovecot.conf, -n]
                    reload: [%3$s, -c, %2$s/dovecot.conf, reload]
                certificates:
                  - match: shop
                    server: dovecot
                    directory: %2$s/certificates/{name}
                    include: %2$s/includes/{name}.conf
                    verify: [{port: %4$d}]
                """.formatted(program("doveconf", "dovecot-core"), folder, program("doveadm", "dovecot-core"), port));
        Files.writeString(folder.resolve("dovecot.conf"), """
                base_dir = %1$s/run
                state_dir = %1$s/state
                log_path = %1$s/dovecot.log
                protocols = imap
                listen = 127.0.0.1
                ssl = required
                !include %1$s/includes/shop.conf
                service imap-login {
                  inet_listener imap {
                    port = 0
                  }
                  inet_listener imaps {
                    port = %2$d
                    ssl = yes
                  }
                }
                passdb {
                  driver = static
                  args = nopassword=y
                }
                userdb {
                  driver = static
                  args = uid=nobody gid=nogroup home=/nonexistent
                }
                """.formatted(folder, port));
        serve(dovecot, "-F", "-c", folder + "/dovecot.conf");
    }

    @Test
    void failsNoHandshakeDuringRotations() throws Exception {
        rotate();
    }
}
