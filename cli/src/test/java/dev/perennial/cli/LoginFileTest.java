package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginFileTest {
    private static final StoredLogin LOGIN = new StoredLogin(
            "https://sso.test",
            "perennial-cli",
            "openid",
            URI.create("https://perennial.test"),
            new TokenResponse(
                    "access-1", Optional.of("refresh-1"), Optional.of(Instant.parse("2026-11-22T12:00:00Z"))));

    @TempDir
    Path dir;

    private Path folder;
    private LoginFile file;

    @BeforeEach
    void create() {
        folder = dir.resolve("config").resolve("perennial");
        file = new LoginFile(folder);
    }

    @Test
    void belongsToItsOwnerOnly() throws IOException {
        write();

        assertThat(mode(folder)).isEqualTo("rwx------");
        assertThat(mode(folder.resolve("login.json"))).isEqualTo("rw-------");
        assertThat(mode(folder.resolve("login.lock"))).isEqualTo("rw-------");
    }

    @Test
    void narrowsTheModesOfAnExistingFolderAndFile() throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("login.json"), "{}");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(folder.resolve("login.json"), PosixFilePermissions.fromString("rw-rw-rw-"));

        write();

        assertThat(mode(folder)).isEqualTo("rwx------");
        assertThat(mode(folder.resolve("login.json"))).isEqualTo("rw-------");
    }

    @Test
    void readsTheLoginThatItWrote() {
        assertThat(file.read()).isEmpty();

        write();

        assertThat(file.read()).contains(LOGIN);
    }

    @Test
    void replacesTheFileByARenameAndLeavesNoDraft() throws IOException {
        write();
        Object before = Files.getAttribute(file.path(), "unix:ino");
        // A reader that has opened the previous file.
        try (var reader = Files.newInputStream(file.path())) {
            write();
            assertThat(new String(reader.readAllBytes())).contains("access-1");
        }

        assertThat(Files.getAttribute(file.path(), "unix:ino")).isNotEqualTo(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(file.path(), folder.resolve("login.lock"));
        }
    }

    @Test
    void quotesNothingOfAFileThatCannotBeRead() throws IOException {
        Files.createDirectories(folder);
        Files.writeString(file.path(), "{\"provider\": secret");

        assertThatThrownBy(file::read)
                .isInstanceOf(LoginException.class)
                .hasMessageContaining("cannot read the login in " + file.path())
                .hasMessageContaining("run perennial login again")
                .hasMessageNotContaining("secret");
    }

    @Test
    void refusesAFileWithoutATokenOrAnAddress() throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                file.path(), "{\"provider\": \"https://sso.test\", \"clientId\": \"c\", \"scope\": \"openid\"}");

        assertThatThrownBy(file::read).isInstanceOf(LoginException.class);
    }

    @Test
    void saysThatTheFolderCannotBeWritten() throws IOException {
        Files.createFile(dir.resolve("config"));

        assertThatThrownBy(this::write)
                .isInstanceOf(LoginException.class)
                .hasMessageContaining("cannot write the login to " + file.path());
    }

    @Test
    void isInTheConfigurationFolderOfTheUser() {
        assertThat(folder(Map.of())).isEqualTo(dir.resolve(".config/perennial"));
        assertThat(folder(Map.of("XDG_CONFIG_HOME", ""))).isEqualTo(dir.resolve(".config/perennial"));
        assertThat(folder(Map.of("XDG_CONFIG_HOME", "relative"))).isEqualTo(dir.resolve(".config/perennial"));
        assertThat(folder(Map.of("XDG_CONFIG_HOME", "/etc/xdg"))).isEqualTo(Path.of("/etc/xdg/perennial"));
    }

    @Test
    void printsNoTokens() {
        assertThat(LOGIN.toString()).contains("https://sso.test").doesNotContain("access-1", "refresh-1");
        assertThat(ProviderAnswer.of(
                        URI.create("https://sso.test"), 200, "{\"access_token\": \"access-1\"}".getBytes()))
                .asString()
                .doesNotContain("access-1");
    }

    private Path folder(Map<String, String> variables) {
        return new ProcessEnvironment(variables, dir, dir).configurationFolder();
    }

    private void write() {
        file.locked(() -> {
            file.write(LOGIN);
            return LOGIN;
        });
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
