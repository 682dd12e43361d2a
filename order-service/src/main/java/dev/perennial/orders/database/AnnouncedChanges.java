package dev.perennial.orders.database;

import java.util.EnumSet;
import java.util.Set;
import org.jdbi.v3.core.config.JdbiConfig;

/** The changes that were announced on one handle. Public, because Jdbi instantiates it. */
public final class AnnouncedChanges implements JdbiConfig<AnnouncedChanges> {
    private final Set<Change> changes = EnumSet.noneOf(Change.class);

    void add(Change change) {
        changes.add(change);
    }

    Set<Change> get() {
        return changes;
    }

    /** Each handle starts without changes. */
    @Override
    public AnnouncedChanges createCopy() {
        return new AnnouncedChanges();
    }
}
