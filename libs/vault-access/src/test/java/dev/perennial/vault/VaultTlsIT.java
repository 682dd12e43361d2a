package dev.perennial.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.RetryLater;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server of this test has no AppRole: a refused login proves that the TLS handshake succeeded. */
class VaultTlsIT {
    @TempDir
    Path folder;

    @Test
    void trustsTheGivenRootsAndNoOthers() {
        try (OpenBao bao = OpenBao.startTls(folder)) {
            Path role = bao.privateFile("role-id", "role");
            Path secret = bao.privateFile("secret-id", "secret");
            awaitRoots(bao);
            SecretStore trusting = SecretStores.connect(bao.address(), role, secret, Optional.of(bao.roots()));
            assertThat(answer(trusting)).contains("the AppRole was refused");
            SecretStore suspicious = SecretStores.connect(bao.address(), role, secret, Optional.empty());
            assertThat(answer(suspicious)).contains("cannot be reached").contains("trusted-roots-file");
        }
    }

    private static String answer(SecretStore store) {
        Instant deadline = Instant.now().plusSeconds(20);
        while (true) {
            try {
                store.read(SecretPath.account("x"));
                return "no error";
            } catch (RetryLater e) {
                boolean starting = e.problem()
                        .evidence()
                        .filter("ConnectException"::equals)
                        .isPresent();
                if (!starting || Instant.now().isAfter(deadline)) {
                    return e.problem().detail();
                }
                Thread.onSpinWait();
            }
        }
    }

    private static void awaitRoots(OpenBao bao) {
        Instant deadline = Instant.now().plusSeconds(20);
        while (!bao.roots().toFile().canRead() || bao.roots().toFile().length() == 0) {
            assertThat(bao.isAlive()).isTrue();
            assertThat(Instant.now()).isBefore(deadline);
            Thread.onSpinWait();
        }
    }
}
