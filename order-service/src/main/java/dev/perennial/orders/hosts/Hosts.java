package dev.perennial.orders.hosts;

import dev.perennial.orders.database.Database;
import dev.perennial.rules.access.Principal;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Registers, lists and removes hosts. Callers authorize the action and check names and labels. */
@Singleton
public class Hosts {
    private final Database database;
    private final Clock clock;

    @Inject
    public Hosts(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** @param created false if the host was registered before, and not removed */
    public record Put(RegisteredHost host, boolean created) {}

    /**
     * A host with its keys.
     *
     * @param certificates that name it and are not retired
     */
    public record Detail(RegisteredHost host, List<HostKey> keys, long certificates) {
        public Detail {
            keys = List.copyOf(keys);
        }
    }

    /** The result of a removal. */
    public sealed interface Removal {
        /** The host is no target of a new request, and no report with one of its keys counts. */
        record Removed() implements Removal {}

        record Unknown() implements Removal {}

        /** Nothing was changed. */
        record InUse(long certificates) implements Removal {}
    }

    /**
     * Registers a host, also one that was removed before.
     *
     * @param labels that replace the present ones; empty leaves these unchanged
     */
    public Put put(Principal by, String name, Optional<Map<String, String>> labels) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            HostTable table = new HostTable(tx);
            boolean created = table.add(name, labels.orElse(Map.of()), by.id(), now);
            RegisteredHost host = table.lock(name).orElseThrow();
            if (host.isRemoved()) {
                table.addAgain(name, labels.orElse(host.labels()), by.id(), now);
                return new Put(table.find(name).orElseThrow(), true);
            }
            labels.filter(it -> !created && !it.equals(host.labels())).ifPresent(it -> table.label(name, it));
            return new Put(table.find(name).orElseThrow(), created);
        });
    }

    /** @param after the last name of the page before; empty for the first page */
    public List<RegisteredHost> page(String after, boolean removed, int limit) {
        return database.inTransaction(tx -> new HostTable(tx).page(after, removed, limit));
    }

    public Optional<Detail> find(String name) {
        return database.inTransaction(tx -> {
            HostTable table = new HostTable(tx);
            return table.find(name)
                    .map(host -> new Detail(host, new HostKeyTable(tx).ofHost(name), table.countCertificates(name)));
        });
    }

    /**
     * Removes a host and revokes its keys. To remove it again is no change.
     *
     * @param force also if certificates that are not retired name the host
     */
    public Removal remove(Principal by, String name, boolean force) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            HostTable table = new HostTable(tx);
            Optional<RegisteredHost> host = table.lock(name);
            if (host.isEmpty()) {
                return new Removal.Unknown();
            }
            if (host.get().isRemoved()) {
                return new Removal.Removed();
            }
            long certificates = table.countCertificates(name);
            if (certificates > 0 && !force) {
                return new Removal.InUse(certificates);
            }
            new HostKeyTable(tx).revokeAll(name, by.id(), now);
            new HostEnrolmentTable(tx).delete(name);
            table.remove(name, by.id(), now);
            return new Removal.Removed();
        });
    }
}
