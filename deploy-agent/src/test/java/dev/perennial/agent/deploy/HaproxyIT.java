package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.agent.targets.Target;
import dev.perennial.events.ErrorCode;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deployments to a real HAProxy over its runtime API. */
class HaproxyIT extends RotationSetup {
    private Path pem;

    @BeforeEach
    void start() throws IOException {
        port = freePort();
        pem = folder.resolve("certs/shop.pem");
        String haproxy = program("haproxy", "haproxy");
        agent("""
                host: web-1
                servers:
                  haproxy:
                    kind: haproxy
                    socket: %2$s/admin.sock
                    test: [%1$s, -c, -f, %2$s/haproxy.cfg]
                certificates:
                  - match: shop
                    server: haproxy
                    directory: %2$s/certificates/{name}
                    file: %2$s/certs/{name}.pem
                    content: [fullchain, key]
                    verify: [{port: %3$d}]
                  - match: blog
                    server: haproxy
                    directory: %2$s/certificates/{name}
                    file: %2$s/certs/{name}.pem
                    content: [key, fullchain]
                    verify: [{port: %3$d}]
                """.formatted(haproxy, folder, port));
        Files.writeString(folder.resolve("other.pem"), Files.readString(pem));
        Files.writeString(folder.resolve("haproxy.cfg"), """
                global
                  maxconn 256
                  stats socket %1$s/admin.sock mode 600 level admin
                defaults
                  mode http
                  timeout connect 2s
                  timeout client 10s
                  timeout server 10s
                frontend front
                  bind 127.0.0.1:%2$d ssl crt %1$s/certs/shop.pem crt %1$s/certs/blog.pem crt %1$s/other.pem
                  http-request return status 200
                """.formatted(folder, port));
        serve(haproxy, "-db", "-f", folder + "/haproxy.cfg");
    }

    @Test
    void failsNoHandshakeDuringRotations() throws Exception {
        long process = server.pid();

        rotate();

        assertThat(server.isAlive()).isTrue();
        assertThat(command("show info")).contains("Pid: " + process);
    }

    @Test
    void servesTheCertificateAlsoAfterARestart() throws Exception {
        Bundle bundle = next();
        deploy(bundle);
        server.destroy();
        assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();

        serve(program("haproxy", "haproxy"), "-db", "-f", folder + "/haproxy.cfg");

        assertThat(served()).isEqualTo(bundle.fingerprint());
    }

    @Test
    void abortsATransactionThatPreventsOneForAnotherFile() throws Exception {
        Bundle left = next();
        command("set ssl cert " + pem + " <<\n" + left.chain() + left.privateKey());
        List<Target> targets = Stream.of("blog", "shop")
                .flatMap(name -> hostFile.targets(name, (point, certificate) -> {}).stream())
                .toList();

        assertThat(hostFile.groups().get("haproxy").apply(targets)).isEmpty();

        assertThat(command("show ssl cert")).doesNotContain("*");
    }

    @Test
    void deploysOverATransactionOfAnAgentThatWasKilled() throws Exception {
        Bundle left = next();
        command("set ssl cert " + pem + " <<\n" + left.chain() + left.privateKey());
        assertThat(command("show ssl cert")).contains("*" + pem);
        Bundle bundle = next();

        assertThat(deploy(bundle)).isInstanceOf(DeploymentResult.Deployed.class);

        assertThat(served()).isEqualTo(bundle.fingerprint());
        assertThat(command("show ssl cert")).doesNotContain("*");
    }

    @Test
    void rollsBackWhileAnotherProgramHasATransaction() throws Exception {
        Bundle old = next();
        deploy(old);
        Bundle left = next();
        command("set ssl cert " + folder.resolve("other.pem") + " <<\n" + left.chain() + left.privateKey());

        DeploymentResult outcome = deploy(next());

        assertThat(outcome).isInstanceOfSatisfying(DeploymentResult.RolledBack.class, back -> {
            assertThat(back.servedFingerprint()).isEqualTo(old.fingerprint());
            assertThat(back.problem().code()).isEqualTo(ErrorCode.RELOAD_FAILED);
            assertThat(back.problem().evidence().orElse("")).contains("other.pem");
        });
        assertThat(served()).isEqualTo(old.fingerprint());
        assertThat(command("show ssl cert")).contains("*" + folder.resolve("other.pem"));
        assertThat(Files.readString(pem)).contains(old.chain().strip());
    }

    @Test
    void changesNothingThatIsServedIfTheRuntimeApiIsAbsent() throws Exception {
        Bundle old = next();
        deploy(old);
        Files.delete(folder.resolve("admin.sock"));

        assertThat(deploy(next())).isInstanceOf(DeploymentResult.RolledBack.class);

        assertThat(served()).isEqualTo(old.fingerprint());
        assertThat(Files.readString(pem)).contains(old.chain().strip());
    }

    private String command(String text) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(folder.resolve("admin.sock")));
            channel.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.US_ASCII)));
            StringBuilder response = new StringBuilder();
            ByteBuffer buffer = ByteBuffer.allocate(8_192);
            while (channel.read(buffer) >= 0) {
                response.append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII));
                buffer.clear();
            }
            return response.toString();
        }
    }
}
