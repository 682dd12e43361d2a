package dev.perennial.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.perennial.vault.OpenBao;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The root of a real Vault with TLS, by its fingerprint. */
class PinnedVaultIT {
    @TempDir
    static Path folder;

    private static OpenBao bao;
    private static String fingerprint;

    @BeforeAll
    static void start() {
        bao = OpenBao.startTls(folder);
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> !ServerTls.ofFile(bao.roots())
                .fingerprint(bao.address())
                .isEmpty());
        fingerprint = ServerTls.ofFile(bao.roots()).fingerprint(bao.address());
    }

    @AfterAll
    static void stop() {
        bao.close();
    }

    @Test
    void trustsTheRootOfTheFingerprint() throws Exception {
        ServerTls.Pinned pinned = ServerTls.pinned(bao.address(), fingerprint, Optional.of(bao.roots()));

        assertThat(health(pinned)).isEqualTo(200);
        assertThat(pinned.isOfJdk()).isFalse();
        Path written = Files.writeString(folder.resolve("written.pem"), pinned.pem());
        assertThat(ServerTls.ofFile(written).fingerprint(bao.address())).isEqualTo(fingerprint);
    }

    @Test
    void findsTheRootInAFileOnly() {
        assertThatExceptionOfType(EnrolmentException.class)
                .isThrownBy(() -> ServerTls.pinned(bao.address(), fingerprint, Optional.empty()))
                .withMessageContaining("--vault-roots-file");
    }

    @Test
    void refusesAnotherRoot() {
        String other = "0".repeat(64);

        assertThatExceptionOfType(EnrolmentException.class)
                .isThrownBy(() -> ServerTls.pinned(bao.address(), other, Optional.of(bao.roots())));
        assertThatExceptionOfType(EnrolmentException.class)
                .isThrownBy(() -> ServerTls.pinned(bao.address(), other, Optional.empty()));
    }

    @Test
    void refusesAServerOfAnotherRootOrName() {
        assertThatExceptionOfType(EnrolmentException.class)
                .isThrownBy(() -> ServerTls.ofJdk().fingerprint(bao.address()))
                .withMessageContaining("no TLS connection");
        URI otherName = URI.create("https://127.0.0.2:" + bao.address().getPort());
        assertThatExceptionOfType(EnrolmentException.class)
                .isThrownBy(() -> ServerTls.ofFile(bao.roots()).fingerprint(otherName));
    }

    @Test
    void refusesAFileWithoutACertificate() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");

        assertThatExceptionOfType(EnrolmentException.class)
                .isThrownBy(() -> ServerTls.ofFile(empty))
                .withMessageContaining("contains no certificate");
    }

    private static int health(ServerTls.Pinned pinned) {
        return new JsonHttp(pinned.tls().context())
                .send("GET", bao.address().resolve("/v1/sys/health"), Optional.empty(), List.of())
                .status();
    }
}
