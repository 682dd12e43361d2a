package dev.perennial.vault;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Creates a {@link SecretStore} without CDI. Services inject one instead. */
public final class SecretStores {
    private SecretStores() {}

    /**
     * Logs in at the first call, so that a sealed Vault does not prevent the start of a service.
     *
     * @throws IllegalStateException if the AppRole files are missing, empty or readable by others, or the trusted roots
     *     cannot be read
     */
    public static SecretStore connect(VaultConfig config) {
        return new VaultSecretStore(config, new MonotonicTime(System::nanoTime));
    }

    /** Uses the mount {@code perennial} and a request timeout of 5 s. */
    public static SecretStore connect(
            URI address, Path roleIdFile, Path secretIdFile, Optional<Path> trustedRootsFile) {
        return connect(
                new Settings(address, roleIdFile, secretIdFile, "perennial", trustedRootsFile, Duration.ofSeconds(5)));
    }

    /** {@link VaultConfig} as plain values. */
    public record Settings(
            URI address,
            Path roleIdFile,
            Path secretIdFile,
            String mount,
            Optional<Path> trustedRootsFile,
            Duration requestTimeout)
            implements VaultConfig {}
}
