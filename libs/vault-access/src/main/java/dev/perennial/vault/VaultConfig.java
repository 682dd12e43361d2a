package dev.perennial.vault;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How a service reaches its secrets. There are no default credentials: without the two files it does not start. */
@ConfigMapping(prefix = "perennial.vault")
public interface VaultConfig {
    /** Base address of Vault or OpenBao, for example {@code https://vault.example.com:8200}. */
    URI address();

    /** File that holds the AppRole's role id. */
    Path roleIdFile();

    /** File that holds the AppRole's secret id; mode 0600. */
    Path secretIdFile();

    /** Mount of the KV v2 engine. */
    @WithDefault("perennial")
    String mount();

    /** PEM file with the roots that the server's certificate must chain to; the system's where absent. */
    Optional<Path> trustedRoots();

    /** Limit of one request. */
    @WithDefault("5s")
    Duration requestTimeout();
}
