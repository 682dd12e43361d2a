package dev.perennial.agent.targets.onefile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.agent.TestBundles;
import dev.perennial.agent.host.HostFile;
import dev.perennial.events.CertificateId;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OneFileTrialTest {
    private final Bundle bundle = new TestBundles().bundle(CertificateId.next(), "shop");

    @TempDir
    Path folder;

    @Test
    void writesTheKeyWithTheModeOfALiveOneAndDeletesIt() throws IOException {
        Path privateKey;
        try (OneFileTrial files = target("0640", "").trial(bundle.orderId())) {
            privateKey = files.write(bundle).privateKey();

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(privateKey)))
                    .isEqualTo("rw-r-----");
            assertThat(privateKey).hasContent(bundle.privateKey());
        }
        assertThat(privateKey).doesNotExist();
        assertThat(folder).isDirectoryNotContaining("glob:**rehearsal*");
    }

    @Test
    void failsIfTheIncludeCannotBeWritten() throws IOException {
        Files.writeString(folder.resolve("includes"), "no folder");

        assertFails(target("0600", ""), FileSystemException.class);
    }

    @Test
    void failsIfTheOwnerDoesNotExist() throws IOException {
        assertFails(target("0600", "owner: nobody-of-that-name"), UserPrincipalNotFoundException.class);
    }

    private void assertFails(OneFileTarget target, Class<? extends IOException> failure) throws IOException {
        try (OneFileTrial files = target.trial(bundle.orderId())) {
            assertThatThrownBy(() -> files.write(bundle)).isInstanceOf(failure);
        }
        assertThat(folder).isDirectoryNotContaining("glob:**rehearsal*");
    }

    private OneFileTarget target(String mode, String more) throws IOException {
        Path yaml = Files.writeString(folder.resolve("agent.yaml"), """
                host: web-1
                servers:
                  test:
                    test: [/bin/true]
                    reload: [/bin/true]
                certificates:
                  - match: "*"
                    server: test
                    directory: %1$s/certificates/{name}
                    include: %1$s/includes/{name}.conf
                    mode: "%2$s"
                    verify: [{port: 443}]
                    %3$s
                """.formatted(folder, mode, more));
        return (OneFileTarget)
                HostFile.read(yaml).targets("shop", (point, name) -> {}).getFirst();
    }
}
