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

    /** The names directly below a folder; empty where there is none. */
    List<String> list(SecretPath folder);

    /** The outcome of {@link #createOnly}. */
    record CreateOnly(boolean created, Secret secret) {}
}
