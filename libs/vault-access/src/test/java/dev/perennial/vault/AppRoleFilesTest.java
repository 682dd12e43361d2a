package dev.perennial.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppRoleFilesTest {
    @TempDir
    Path folder;

    private Path roleId;
    private Path secretId;

    @BeforeEach
    void write() throws IOException {
        roleId = Files.writeString(folder.resolve("role-id"), " role\n");
        secretId = Files.writeString(folder.resolve("secret-id"), "secret\n\n");
        mode("rw-------");
    }

    @Test
    void trimsTheContent() {
        var files = new AppRoleFiles(roleId, secretId);
        assertThat(files.read()).isEqualTo(new AppRoleFiles.Credentials("role", "secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx-----x"})
    void refusesASecretIdThatOthersCanAccess(String mode) throws IOException {
        mode(mode);
        assertThatThrownBy(this::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("chmod 600");
    }

    @ParameterizedTest
    @ValueSource(strings = {"r--------", "rw-------"})
    void acceptsASecretIdThatOnlyTheOwnerCanRead(String mode) throws IOException {
        mode(mode);
        assertThatCode(this::start).doesNotThrowAnyException();
    }

    @Test
    void refusesToStartWithoutEitherFile() throws IOException {
        Files.delete(secretId);
        assertThatThrownBy(this::start).hasMessageContaining("secret id file").hasMessageContaining("absent");
        Files.writeString(secretId, "\n");
        mode("rw-------");
        assertThatThrownBy(this::start).hasMessageContaining("is empty");
        Files.delete(roleId);
        assertThatThrownBy(this::start).hasMessageContaining("role id file").hasMessageContaining("absent");
    }

    private void start() {
        SecretStores.connect(URI.create("http://127.0.0.1:1"), roleId, secretId, Optional.empty());
    }

    private void mode(String mode) throws IOException {
        Files.setPosixFilePermissions(secretId, PosixFilePermissions.fromString(mode));
    }
}
