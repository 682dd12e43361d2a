package dev.perennial.vault;

import io.github.jopenlibs.vault.Vault;
import java.time.Duration;
import java.time.Instant;

/**
 * One login. The driver rewrites paths by engine version, so there are two views of the same token.
 *
 * @param kv for KV v2 paths
 * @param raw for all other paths, unchanged
 * @param renewable whether Vault can renew the token
 * @param renewAt after two thirds of the token's lifetime
 */
record VaultSession(Vault kv, Vault raw, boolean renewable, Instant renewAt) {
    /** A TTL of zero means that the token never expires (a root token, for example). */
    static Instant renewAt(Instant now, long ttlSeconds) {
        return ttlSeconds <= 0
                ? Instant.MAX
                : now.plus(Duration.ofSeconds(ttlSeconds).multipliedBy(2).dividedBy(3));
    }

    VaultSession renewed(Instant now, long ttlSeconds, boolean stillRenewable) {
        return new VaultSession(kv, raw, stillRenewable, renewAt(now, ttlSeconds));
    }

    @Override
    public String toString() {
        return "VaultSession[renewAt=" + renewAt + "]";
    }
}
