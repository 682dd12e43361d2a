package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.platform.crypto.VerificationKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeyFileTest {
    @TempDir
    Path dir;

    @Test
    void createsAKeyOnce() throws IOException {
        Path file = dir.resolve("new/signing-key.json");
        SigningKey first = new SigningKeyFile(file).readOrCreate();

        assertThat(new SigningKeyFile(file).readOrCreate().id()).isEqualTo(first.id());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Path published = dir.resolve("new/signing-key.json.pub");
        assertThat(VerificationKey.parse(Files.readString(published)).id()).isEqualTo(first.id());
    }

    /** A crash between the two files must not leave a host without a key to register. */
    @Test
    void writesTheMissingOrForeignPublicKeyAgain() throws IOException {
        SigningKeyFile file = new SigningKeyFile(dir.resolve("key"));
        SigningKey key = file.readOrCreate();
        Files.delete(file.publicFile());
        file.readOrCreate();
        assertThat(VerificationKey.parse(Files.readString(file.publicFile())).id())
                .isEqualTo(key.id());

        Files.writeString(
                file.publicFile(), SigningKey.generate().verificationKey().jwk());
        file.readOrCreate();
        assertThat(VerificationKey.parse(Files.readString(file.publicFile())).id())
                .isEqualTo(key.id());
    }

    /** The key may be in a directory that the agent cannot write to. */
    @Test
    void worksWithoutTheFileOfThePublicKey() throws IOException {
        SigningKeyFile file = new SigningKeyFile(dir.resolve("key"));
        SigningKey key = file.readOrCreate();
        Files.delete(file.publicFile());
        Files.createDirectory(file.publicFile());

        assertThat(file.readOrCreate().id()).isEqualTo(key.id());
    }

    @Test
    void completesAfterACrashDuringTheCreation() throws IOException {
        Files.writeString(dir.resolve(".key.new"), "{\"kty\":");

        assertThat(new SigningKeyFile(dir.resolve("key")).readOrCreate().id()).isNotBlank();
        assertThat(dir.resolve(".key.new")).doesNotExist();
    }

    @Test
    void refusesAKeyThatOthersCanRead() throws IOException {
        Path file = dir.resolve("key");
        new SigningKeyFile(file).readOrCreate();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThatIllegalStateException()
                .isThrownBy(() -> new SigningKeyFile(file).readOrCreate())
                .withMessageContaining("rw-r-----");
    }

    @Test
    void replacesNoFileThatIsNotAKey() throws IOException {
        Path file = dir.resolve("key");
        Files.writeString(file, "secret text");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        assertThatIllegalStateException()
                .isThrownBy(() -> new SigningKeyFile(file).readOrCreate())
                .withMessageContaining("signing-key-file")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret text"));
        assertThat(Files.readString(file)).isEqualTo("secret text");
    }
}
