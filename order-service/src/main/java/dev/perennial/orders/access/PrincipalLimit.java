package dev.perennial.orders.access;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Limits how often one principal may do something in a minute, in one replica. */
public final class PrincipalLimit {
    private static final Duration WINDOW = Duration.ofMinutes(1);
    /** Those that asked longest ago are forgotten first; they start a new window. */
    private static final int MAX_PRINCIPALS = 10_000;

    private record Window(Instant begin, int count) {}

    private final int perMinute;

    private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
            return size() > MAX_PRINCIPALS;
        }
    };

    public PrincipalLimit(int perMinute) {
        this.perMinute = perMinute;
    }

    /** Counts one more. @return whether it is within the limit */
    public synchronized boolean allows(String principal, Instant now) {
        Window window = windows.get(principal);
        boolean running = window != null
                && !now.isBefore(window.begin())
                && now.isBefore(window.begin().plus(WINDOW));
        Window next = running ? new Window(window.begin(), window.count() + 1) : new Window(now, 1);
        windows.put(principal, next);
        return next.count() <= perMinute;
    }
}
