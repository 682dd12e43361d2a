package dev.perennial.orders.scheduling;

import dev.perennial.orders.database.Change;
import dev.perennial.orders.database.CommitListener;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;

/** One signal for each kind of change; the database raises it after the commit. */
@Singleton
public class Wakeups implements CommitListener {
    private final Map<Change, WakeupSignal> signals = new EnumMap<>(Change.class);

    public Wakeups() {
        for (Change change : Change.values()) {
            signals.put(change, new WakeupSignal());
        }
    }

    @Override
    public void committed(Change change) {
        signals.get(change).raise();
    }

    /** The signal to wait for. */
    public WakeupSignal on(Change change) {
        return signals.get(change);
    }
}
