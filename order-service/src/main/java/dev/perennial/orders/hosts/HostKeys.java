package dev.perennial.orders.hosts;

import dev.perennial.orders.database.Database;
import dev.perennial.platform.crypto.VerificationKey;
import dev.perennial.rules.access.Principal;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Registers, lists and revokes the keys of hosts. Callers authorize the action. */
@Singleton
public class HostKeys {
    /** Two are usual: reports that are still on the topic count after a replacement. */
    static final int MAX_USABLE = 8;

    private static final int MAX_LISTED = 1_000;

    private final Database database;
    private final Clock clock;

    @Inject
    public HostKeys(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** The result of a registration. */
    public sealed interface Registration {
        /** @param created false if the host had the key already */
        record Registered(HostKey key, boolean created) implements Registration {}

        record Refused(String reason) implements Registration {}

        /** The host is not registered, or was removed. */
        record UnknownHost() implements Registration {}
    }

    public Registration register(Principal by, String host, VerificationKey key) {
        return database.inTransaction(tx -> register(tx, by, host, key, clock.instant()));
    }

    static Registration register(Handle tx, Principal by, String host, VerificationKey key, Instant now) {
        // A removal revokes the keys that exist then: none is added beside it.
        if (new HostTable(tx).lockRegistered(List.of(host)).isEmpty()) {
            return new Registration.UnknownHost();
        }
        HostKey wanted = new HostKey(key.id(), host, key.jwk(), by.id(), now, Optional.empty(), Optional.empty());
        HostKeyTable table = new HostKeyTable(tx);
        if (table.countUsable(host) < MAX_USABLE && table.add(wanted)) {
            return new Registration.Registered(wanted, true);
        }
        Optional<HostKey> known = table.find(key.id());
        if (known.isEmpty()) {
            return new Registration.Refused("the host has " + MAX_USABLE
                    + " usable keys, which is the maximum; revoke those that it does not use");
        }
        if (!known.get().host().equals(host)) {
            return new Registration.Refused("another host has this key; each host creates its own");
        }
        return known.get().revokedAt().isPresent()
                ? new Registration.Refused(
                        "this key was revoked; delete the key file of the agent, restart it, and register the new key")
                : new Registration.Registered(known.get(), false);
    }

    /**
     * At most a thousand, ordered by host and id.
     *
     * @param after the id of the last key of the page before
     * @return empty if no key has the id {@code after}
     */
    public Optional<List<HostKey>> list(Optional<String> host, Optional<String> after) {
        return database.inTransaction(tx -> {
            HostKeyTable table = new HostKeyTable(tx);
            return after.isPresent() && after.flatMap(table::find).isEmpty()
                    ? Optional.empty()
                    : Optional.of(table.page(host, after, MAX_LISTED));
        });
    }

    /** Facts that the host signs with this key no longer count. @return whether the host has this key */
    public boolean revoke(Principal by, String host, String id) {
        return database.inTransaction(tx -> new HostKeyTable(tx).revoke(host, id, by.id(), clock.instant()));
    }
}
