package dev.perennial.vault;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Versioned secrets (KV v2 semantics). Every method throws {@link dev.perennial.events.RetryLater} with
 * {@code VAULT_UNAVAILABLE} if the store is sealed, unreachable or refuses the token after a new login.
 */
public interface SecretStore {
    /** The current version; empty if there is none or it was destroyed. */
    Optional<Secret> read(SecretPath path);

    /**
     * Writes version 1 if the path was never written (check-and-set 0).
     *
     * @return the stored secret: the new one with {@code created}, else the existing one
     */
    CreateOnly createOnly(SecretPath path, Map<String, String> data);

    /**
     * Writes the next version.
     *
     * @param expectedVersion the version that must be current, 0 for none
     * @return the new version, or empty if another version is current
     */
    Optional<Long> replace(SecretPath path, Map<String, String> data, long expectedVersion);

    /** Destroys every version and the metadata; this cannot be undone. Succeeds if there is nothing. */
    void destroy(SecretPath path);

    /** The versions of a path. Distinguishes a destroyed current version from none, which {@link #read} cannot. */
    Versions versions(SecretPath path);

    /** One version; empty if it was destroyed or never written. */
    Optional<Secret> read(SecretPath path, long version);

    /** Destroys these versions and no other; this cannot be undone. Succeeds if there are none. */
    void destroy(SecretPath path, List<Long> versions);

    /** The names directly below a folder; empty if there are none. */
    List<String> list(SecretPath folder);

    /**
     * The versions of a path.
     *
     * @param latest the number of the last one that was written, destroyed or not; 0 for none
     * @param kept those that can be read, the oldest first
     */
    record Versions(long latest, List<Long> kept) {
        public static final Versions NONE = new Versions(0, List.of());

        public Versions {
            kept = List.copyOf(kept);
        }
    }

    /** The outcome of {@link #createOnly}. */
    record CreateOnly(boolean created, Secret secret) {}
}
