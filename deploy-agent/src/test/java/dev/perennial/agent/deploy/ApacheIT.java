package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.events.ErrorCode;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deployments to a real Apache httpd, whose parent exits if it reads an invalid configuration at a reload. */
class ApacheIT extends RotationSetup {
    @BeforeEach
    void start() throws IOException {
        port = freePort();
        List<String> apache =
                List.of(program("apache2", "apache2"), "-d", folder.toString(), "-f", folder + "/httpd.conf");
        agent("""
                host: web-1
                servers:
                  apache:
                    kind: apache
                    test: %1$s
                    reload: %2$s
                certificates:
                  - match: shop
                    server: apache
                    directory: %3$s/certificates/{name}
                    include: %3$s/includes/{name}.conf
                    verify: [{port: %4$d}]
                """.formatted(
                argumentArray(with(apache, "-t")), argumentArray(with(apache, "-k", "graceful")), folder, port));
        configure("");
        serve(with(apache, "-DFOREGROUND").toArray(String[]::new));
    }

    @Test
    void failsNoHandshakeDuringRotations() throws Exception {
        rotate();
    }

    @Test
    void rollsBackWhatApacheRejects() throws Exception {
        Bundle old = next();
        deploy(old);
        configure("NoSuchDirective on");

        DeploymentResult outcome = deploy(next());

        assertThat(outcome).isInstanceOfSatisfying(DeploymentResult.RolledBack.class, back -> {
            assertThat(back.servedFingerprint()).isEqualTo(old.fingerprint());
            assertThat(back.problem().code()).isEqualTo(ErrorCode.CONFIG_TEST_FAILED);
        });
        assertThat(served()).isEqualTo(old.fingerprint());
        assertThat(server.isAlive()).isTrue();
    }

    private static List<String> with(List<String> command, String... arguments) {
        return Stream.concat(command.stream(), Stream.of(arguments)).toList();
    }

    private void configure(String more) throws IOException {
        String modules = Stream.of("mpm_event", "authz_core", "ssl")
                .map("LoadModule %1$s_module /usr/lib/apache2/modules/mod_%1$s.so"::formatted)
                .collect(Collectors.joining("\n"));
        Files.writeString(folder.resolve("httpd.conf"), """
                %1$s
                %4$s
                ServerName localhost
                DefaultRuntimeDir %2$s
                PidFile %2$s/apache.pid
                ErrorLog %2$s/error.log
                Listen 127.0.0.1:%3$d
                <VirtualHost 127.0.0.1:%3$d>
                  ServerName shop.example.com
                  SSLEngine on
                  Include %2$s/includes/shop.conf
                </VirtualHost>
                """.formatted(modules, folder, port, more));
    }
}
