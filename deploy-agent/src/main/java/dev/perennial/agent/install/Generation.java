package dev.perennial.agent.install;

import java.nio.file.Path;

/**
 * An immutable directory with one certificate and its key.
 *
 * @param fingerprint SHA-256 of the leaf's DER, lower-case hex
 */
public record Generation(Path directory, String fingerprint) {
    static final String FULL_CHAIN = "fullchain.pem";
    static final String PRIVATE_KEY = "privkey.pem";
    static final String CHAIN = "chain.pem";
    static final String LEAF = "cert.pem";
    static final String CERTIFICATE_ID = "certificate-id";

    public String name() {
        return directory.getFileName().toString();
    }

    Path fullChain() {
        return directory.resolve(FULL_CHAIN);
    }

    Path privateKey() {
        return directory.resolve(PRIVATE_KEY);
    }
}
