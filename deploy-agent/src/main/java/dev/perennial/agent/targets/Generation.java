package dev.perennial.agent.targets;

import java.nio.file.Path;

/**
 * An immutable directory with one certificate and its key.
 *
 * @param fingerprint SHA-256 of the leaf's DER, lower-case hex
 */
public record Generation(Path directory, String fingerprint) {
    public static final String FULL_CHAIN = "fullchain.pem";
    public static final String PRIVATE_KEY = "privkey.pem";
    public static final String CHAIN = "chain.pem";
    public static final String LEAF = "cert.pem";
    public static final String CERTIFICATE_ID = "certificate-id";

    public String name() {
        return directory.getFileName().toString();
    }

    public Path fullChain() {
        return directory.resolve(FULL_CHAIN);
    }

    public Path privateKey() {
        return directory.resolve(PRIVATE_KEY);
    }
}
