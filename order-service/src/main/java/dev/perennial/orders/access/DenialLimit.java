package dev.perennial.orders.access;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Limits how many denials of one principal are recorded, so that its requests cannot fill the database. */
final class DenialLimit {
    static final int PER_MINUTE = 60;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    /** Those that were denied longest ago are forgotten first; they start a new window. */
    private static final int MAX_PRINCIPALS = 10_000;

    private record Window(Instant begin, int denials) {}

    private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
            return size() > MAX_PRINCIPALS;
        }
    };

    /** Whether a denial at this time is recorded. */
    synchronized boolean allows(String principal, Instant now) {
        Window window = windows.get(principal);
        boolean running = window != null
                && !now.isBefore(window.begin())
                && now.isBefore(window.begin().plus(WINDOW));
        Window next = running ? new Window(window.begin(), window.denials() + 1) : new Window(now, 1);
        windows.put(principal, next);
        return next.denials() <= PER_MINUTE;
    }
}
