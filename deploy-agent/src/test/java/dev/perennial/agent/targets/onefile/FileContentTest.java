package dev.perennial.agent.targets.onefile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.agent.TestBundles;
import dev.perennial.agent.files.Generations;
import dev.perennial.agent.files.KeyFileAccess;
import dev.perennial.agent.targets.Generation;
import dev.perennial.agent.targets.combinedpem.CombinedPemContent;
import dev.perennial.agent.targets.combinedpem.CombinedPemContent.Part;
import dev.perennial.agent.targets.includefile.IncludeContent;
import dev.perennial.agent.targets.includefile.IncludeSyntax;
import dev.perennial.agent.targets.keystore.KeystoreContent;
import dev.perennial.agent.targets.keystore.KeystoreContent.Format;
import dev.perennial.agent.targets.keystore.PasswordFile;
import dev.perennial.events.CertificateId;
import dev.perennial.events.Sha256;
import dev.perennial.vault.Bundle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every content of a file must do, and the details of each. */
class FileContentTest {
    private static final String PASSWORD = "a-password";

    private final TestBundles ca = new TestBundles();
    private final Bundle bundle = ca.bundle(CertificateId.next(), "shop");

    @TempDir
    Path folder;

    private Path generation;
    private Path other;
    private Path passwordFile;

    @BeforeEach
    void write() throws IOException {
        passwordFile = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
        Files.setPosixFilePermissions(passwordFile, PosixFilePermissions.fromString("rw-------"));
        generation = prepare(bundle);
        other = prepare(ca.bundle(CertificateId.next(), "shop"));
    }

    /** The kinds. */
    enum Kind {
        INCLUDE,
        PEM,
        PKCS12,
        JKS
    }

    @ParameterizedTest
    @EnumSource
    void aContentIsOfItsGenerationOnlyAndShowsItsLeaf(Kind kind) throws IOException {
        FileContent content = content(kind);
        byte[] rendered = content.render(generation);

        assertThat(content.isOf(rendered, generation)).isTrue();
        assertThat(content.isOf(rendered, other)).isFalse();
        assertThat(content.isOf(new byte[0], generation)).isFalse();
        assertThat(content.leaf(rendered, folder.resolve("file")).map(Sha256::fingerprint))
                .contains(bundle.fingerprint());
        assertThat(content.leaf(new byte[0], folder.resolve("file"))).isEmpty();
    }

    @Test
    void aCombinedFileHasItsPartsInOrderAndNoEmptyLine() throws IOException {
        byte[] rendered = new CombinedPemContent(List.of(Part.LEAF, Part.KEY, Part.CHAIN)).render(generation);

        assertThat(new String(rendered, StandardCharsets.US_ASCII))
                .isEqualTo(Files.readString(generation.resolve(Generation.LEAF))
                        + Files.readString(generation.resolve(Generation.PRIVATE_KEY))
                        + Files.readString(generation.resolve(Generation.CHAIN)))
                .doesNotContain("\n\n");
    }

    @ParameterizedTest
    @EnumSource
    void aKeyStoreHasOneEntryWithTheWholeChain(Format format) throws Exception {
        byte[] rendered = new KeystoreContent(format, "tls", new PasswordFile(passwordFile)).render(generation);

        KeyStore store = KeyStore.getInstance(format.name());
        store.load(new ByteArrayInputStream(rendered), PASSWORD.toCharArray());
        assertThat(store.size()).isEqualTo(1);
        assertThat(store.getCertificateChain("tls")).hasSize(2);
        assertThat(store.getKey("tls", PASSWORD.toCharArray())).isNotNull();
    }

    @Test
    void aKeyStoreWithAnotherPasswordIsNotOfTheGeneration() throws IOException {
        FileContent content = content(Kind.PKCS12);
        byte[] rendered = content.render(generation);
        Files.writeString(passwordFile, "another-password");

        assertThat(content.isOf(rendered, generation)).isFalse();
        assertThat(content.leaf(rendered, folder.resolve("file"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw--w----", "rw-----w-"})
    void refusesAPasswordThatOtherUsersCanReadOrChange(String mode) throws IOException {
        Files.setPosixFilePermissions(passwordFile, PosixFilePermissions.fromString(mode));

        assertThatThrownBy(() -> content(Kind.PKCS12).render(generation))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("can be read or changed by other users")
                .hasMessageNotContaining(PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "two words"})
    void refusesAFileWithoutAPassword(String text) throws IOException {
        Files.writeString(passwordFile, text);

        assertThatThrownBy(() -> content(Kind.PKCS12).render(generation))
                .hasMessageContaining("does not contain a password")
                .hasMessageNotContaining("two words");
    }

    private FileContent content(Kind kind) {
        return switch (kind) {
            case INCLUDE -> new IncludeContent(IncludeSyntax.NGINX);
            case PEM -> new CombinedPemContent(List.of(Part.KEY, Part.FULLCHAIN));
            case PKCS12 -> new KeystoreContent(Format.PKCS12, "tls", new PasswordFile(passwordFile));
            case JKS -> new KeystoreContent(Format.JKS, "tls", new PasswordFile(passwordFile));
        };
    }

    private Path prepare(Bundle of) throws IOException {
        KeyFileAccess access =
                new KeyFileAccess(PosixFilePermissions.fromString("rw-------"), Optional.empty(), Optional.empty());
        return new Generations("shop", folder.resolve("shop"), access, (point, name) -> {})
                .prepare(of)
                .directory();
    }
}
