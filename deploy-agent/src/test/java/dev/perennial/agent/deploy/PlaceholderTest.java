package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.host.HostFile;
import dev.perennial.agent.targets.Target;
import dev.perennial.agent.targets.onefile.OneFileLocation;
import dev.perennial.agent.targets.onefile.OneFileTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlaceholderTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void existsBeforeTheFirstCertificate(FileKind kind) throws IOException, GeneralSecurityException {
        HostFile file = hostFile("shop", kind);

        file.preparePlaceholders((point, name) -> {});

        OneFileLocation location = location(file);
        X509Certificate leaf = location.content()
                .leaf(Files.readAllBytes(location.file()), location.file())
                .orElseThrow();
        leaf.verify(leaf.getPublicKey());
        leaf.checkValidity();
        assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=perennial placeholder");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(location.file())))
                .isEqualTo(location.content().secret() ? "rw-------" : "rw-r--r--");
        assertThat(target(file).holder()).isEmpty();
    }

    @Test
    void replacesNoFile() throws IOException {
        HostFile file = hostFile("shop", FileKind.INCLUDE);
        Path include = location(file).file();
        Files.createDirectories(include.getParent());
        Files.writeString(include, "by hand");

        file.preparePlaceholders((point, name) -> {});

        assertThat(include).hasContent("by hand");
    }

    @Test
    void isNotWrittenForAPattern() throws IOException {
        hostFile("*", FileKind.INCLUDE).preparePlaceholders((point, name) -> {});

        assertThat(folder.resolve("files")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void filesOfAKilledProcessAreDeletedAtStart(FileKind kind) throws IOException {
        HostFile file = hostFile("*", kind);
        OneFileLocation location = location(file);
        Path unfinished =
                left(location.file().resolveSibling("." + location.file().getFileName() + ".new"));
        Path unfinishedCopy = left(location.directory().resolve(".pending.new"));
        Path other = left(folder.resolve("files/.other"));

        file.deleteUnfinished();

        assertThat(unfinished).doesNotExist();
        assertThat(unfinishedCopy).doesNotExist();
        assertThat(other).exists();
    }

    private static Path left(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "a key");
    }

    private HostFile hostFile(String match, FileKind kind) throws IOException {
        return HostFile.read(Files.writeString(folder.resolve("agent.yaml"), """
                host: web-1
                servers:
                  test:
                    test: [/bin/true]
                    reload: [/bin/true]
                certificates:
                  - match: "%1$s"
                    server: test
                    directory: %2$s/certificates/{name}
                %3$s    verify: [{port: 443}]
                """.formatted(
                        match, folder, kind.entry(folder, folder.resolve("files")))));
    }

    private static Target target(HostFile file) {
        return file.targets("shop", (point, name) -> {}).getFirst();
    }

    private static OneFileLocation location(HostFile file) {
        return ((OneFileTarget) target(file)).location();
    }
}
