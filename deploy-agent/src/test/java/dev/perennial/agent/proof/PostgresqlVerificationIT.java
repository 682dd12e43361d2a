package dev.perennial.agent.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.TestBundles;
import dev.perennial.agent.targets.Verification;
import dev.perennial.agent.targets.Verification.Names;
import dev.perennial.agent.targets.Verification.Protocol;
import io.opentelemetry.context.Context;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verification of a real PostgreSQL. */
class PostgresqlVerificationIT {
    private final TestBundles ca = new TestBundles();
    private final TestBundles.Leaf leaf =
            ca.leaf(List.of("db.example.com"), TestBundles.days(-1), TestBundles.days(30));

    @TempDir
    Path folder;

    @Test
    void provesTheCertificateOfAServerWithTls() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path chain = Files.writeString(
                folder.resolve("chain.pem"), TestBundles.pem(leaf.certificate()) + TestBundles.pem(ca.intermediate()));
        Path key = Files.writeString(
                folder.resolve("key.pem"),
                TestBundles.pem("PRIVATE KEY", leaf.key().getEncoded()));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("ssl", "on")
                .setServerConfig("ssl_cert_file", chain.toString())
                .setServerConfig("ssl_key_file", key.toString())
                .start()) {
            assertThat(prove(server.getPort())).isInstanceOfSatisfying(ProofResult.Proven.class, proven -> {
                assertThat(proven.first().protocol()).isEqualTo("postgresql");
                assertThat(proven.first().tlsVersion()).isEqualTo("TLSv1.3");
            });
        }
    }

    @Test
    void reportsAServerWithoutTls() throws IOException {
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            assertThat(prove(server.getPort()))
                    .isInstanceOfSatisfying(ProofResult.Unproven.class, unproven -> assertThat(unproven.evidence())
                            .contains("the server answered 'N' to SSLRequest"));
        }
    }

    private ProofResult prove(int port) {
        Verification verification =
                new Verification(Protocol.POSTGRESQL, "127.0.0.1", port, new Names.All(), Optional.empty());
        return new ServedCertificateCheck()
                .prove(
                        List.of(verification),
                        ExpectedCertificate.of(List.of(leaf.certificate(), ca.intermediate())),
                        Context.root());
    }
}
