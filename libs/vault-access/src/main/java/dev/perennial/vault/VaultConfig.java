package dev.perennial.vault;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Access to Vault. There are no default credentials: without the two files, the service does not start. */
@ConfigMapping(prefix = "perennial.vault")
public interface VaultConfig {
    /** Base address of Vault or OpenBao, for example {@code https://vault.example.com:8200}. */
    URI address();

    /** File with the role id of the AppRole. */
    Path roleIdFile();

    /** File with the secret id of the AppRole; mode 0600. */
    Path secretIdFile();

    /** Mount of the KV v2 engine. */
    @WithDefault("perennial")
    String mount();

    /**
     * PEM file with the root certificates that the server's certificate must chain to; the roots of the JDK if absent.
     */
    Optional<Path> trustedRootsFile();

    /** Timeout of one request. */
    @WithDefault("5s")
    Duration requestTimeout();
}
