package dev.perennial.agent.targets.keystore;

import dev.perennial.agent.check.Pem;
import dev.perennial.agent.targets.Generation;
import dev.perennial.agent.targets.onefile.FileContent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A key store with one entry: the private key and its chain. It is encrypted with the password of a file, each time in
 * another way, so that the entry is compared and not the bytes.
 *
 * @param alias the name of the entry
 */
public record KeystoreContent(Format format, String alias, PasswordFile passwordFile) implements FileContent {
    /** A format of the JDK. */
    public enum Format {
        PKCS12,
        JKS
    }

    @Override
    public byte[] render(Path generation) throws IOException {
        char[] password = passwordFile.read();
        try {
            List<X509Certificate> chain = chain(generation);
            KeyStore store = KeyStore.getInstance(format.name());
            store.load(null, password);
            store.setKeyEntry(alias, key(generation, chain), password, chain.toArray(X509Certificate[]::new));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            store.store(bytes, password);
            return bytes.toByteArray();
        } catch (GeneralSecurityException e) {
            throw new IOException("the key store could not be created", e);
        }
    }

    @Override
    public boolean isOf(byte[] content, Path generation) throws IOException {
        Optional<KeyStore> store = load(content);
        if (store.isEmpty()) {
            return false;
        }
        try {
            List<X509Certificate> chain = chain(generation);
            Certificate[] stored = store.get().getCertificateChain(alias);
            Key key = store.get().getKey(alias, passwordFile.read());
            return store.get().size() == 1
                    && stored != null
                    && List.of(stored).equals(chain)
                    && key != null
                    && MessageDigest.isEqual(
                            key.getEncoded(), key(generation, chain).getEncoded());
        } catch (NoSuchFileException | GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public Optional<X509Certificate> leaf(byte[] content, Path file) throws IOException {
        Optional<KeyStore> store = load(content);
        if (store.isEmpty()) {
            return Optional.empty();
        }
        try {
            for (String entry : Collections.list(store.get().aliases())) {
                if (store.get().isKeyEntry(entry)
                        && store.get().getCertificate(entry) instanceof X509Certificate leaf) {
                    return Optional.of(leaf);
                }
            }
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean secret() {
        return true;
    }

    /** Empty if it is no key store, or has another password. */
    private Optional<KeyStore> load(byte[] content) throws IOException {
        char[] password = passwordFile.read();
        try {
            KeyStore store = KeyStore.getInstance(format.name());
            store.load(new ByteArrayInputStream(content), password);
            return Optional.of(store);
        } catch (IOException | GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static List<X509Certificate> chain(Path generation) throws IOException {
        return Pem.certificates(Files.readString(generation.resolve(Generation.FULL_CHAIN), StandardCharsets.US_ASCII));
    }

    private static PrivateKey key(Path generation, List<X509Certificate> chain) throws IOException {
        return Pem.privateKey(
                Files.readString(generation.resolve(Generation.PRIVATE_KEY), StandardCharsets.US_ASCII),
                chain.getFirst().getPublicKey().getAlgorithm());
    }
}
