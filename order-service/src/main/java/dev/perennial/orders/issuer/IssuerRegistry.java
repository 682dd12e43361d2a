package dev.perennial.orders.issuer;

import dev.perennial.acme.Issuers;
import dev.perennial.events.IssuerSettings;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.issuer.limits.LimitPresets;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/**
 * The issuers in the memory of this replica: its own changes at once, those of other replicas after the next read of
 * the table.
 */
@Singleton
public class IssuerRegistry implements Issuers {
    private static final Logger LOG = Logger.getLogger(IssuerRegistry.class);

    private final Database database;
    private final LimitPresets presets;
    private volatile Map<String, IssuerSettings> known = Map.of();
    private Set<String> unreadable = Set.of();

    @Inject
    public IssuerRegistry(Database database, LimitPresets presets) {
        this.database = database;
        this.presets = presets;
    }

    @Override
    public Optional<IssuerSettings> find(String name) {
        return Optional.ofNullable(known.get(name));
    }

    @Override
    public Set<String> names() {
        return known.keySet();
    }

    /** Reads the table; reads are serialized, so that the last read is published last. */
    public synchronized void refresh() {
        Map<String, IssuerSettings> now = new TreeMap<>();
        Set<String> damaged = new TreeSet<>();
        database.inTransaction(tx -> new IssuerTable(tx).all(damaged::add))
                .forEach(stored -> now.put(stored.settings().name(), stored.settings()));
        Map<String, IssuerSettings> before = known;
        damaged.stream().filter(before::containsKey).forEach(name -> now.put(name, before.get(name)));
        alarm(damaged);
        known = Map.copyOf(now);
        now.values().stream()
                .filter(settings -> !settings.equals(before.get(settings.name())))
                .forEach(settings -> LOG.infof(
                        "issuer %s: %s, %s",
                        settings.name(),
                        settings.directory(),
                        presets.of(settings).description()));
        before.keySet().stream()
                .filter(name -> !now.containsKey(name))
                .forEach(name -> LOG.infof("issuer %s was deleted", name));
    }

    /** Once per issuer, because the table is read every second. */
    private void alarm(Set<String> damaged) {
        damaged.stream()
                .filter(name -> !unreadable.contains(name))
                .forEach(name -> LOG.errorf(
                        "ALARM: the stored settings of the issuer %s cannot be read; the settings that were read"
                                + " before are used until a restart. Configure the issuer again; see"
                                + " docs/reference/errors.md#internal",
                        name));
        unreadable = Set.copyOf(damaged);
    }
}
