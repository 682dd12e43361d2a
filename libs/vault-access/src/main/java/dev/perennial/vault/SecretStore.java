package dev.perennial.vault;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Versioned secrets (KV v2 semantics). Every method throws {@link dev.perennial.events.RetryLater} with
 * {@code VAULT_UNAVAILABLE} where the store is sealed, unreachable or refuses our token after a fresh login.
 */
public interface SecretStore {
    /** The current version; empty where nothing was written or it was destroyed. */
    Optional<Secret> read(SecretPath path);

    /**
     * Writes version 1, only where nothing was ever written at the path (check-and-set 0).
     *
     * @return what is stored now: ours with {@code created}, or what somebody wrote before us
     */
    CreateOnly createOnly(SecretPath path, Map<String, String> data);

    /**
     * Writes the next version.
     *
     * @param expectedVersion the version that must be current, 0 for none
     * @return the new version, or empty where another version is current
     */
    Optional<Long> replace(SecretPath path, Map<String, String> data, long expectedVersion);

    /** Destroys every version and the metadata; nothing can bring it back. No error where there was nothing. */
    void destroy(SecretPath path);

    /** What of a path's versions is there; also where the current one was destroyed, which {@link #read} cannot tell from nothing. */
    Versions versions(SecretPath path);

    /** One version; empty where it was destroyed or never written. */
    Optional<Secret> read(SecretPath path, long version);

    /** Destroys these versions and no other; nothing can bring them back. No error where there are none of them. */
    void destroy(SecretPath path, List<Long> versions);

    /** The names directly below a folder; empty where there is none. */
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
