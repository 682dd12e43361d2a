package dev.perennial.vault;

import io.github.jopenlibs.vault.Vault;
import java.time.Duration;
import java.time.Instant;

/**
 * One login. The driver rewrites paths by engine version, hence two views of the same token.
 *
 * @param kv KV v2 paths
 * @param raw every other path, as written
 * @param renewable whether Vault will extend the token
 * @param renewAt two thirds into the token's life
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
