package dev.perennial.rules.renewal;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The change windows of this installation. */
public final class NamedWindows {
    /** The label with which a certificate selects a window. */
    public static final String LABEL = "change-window";

    /** An installation without change windows. */
    public static final NamedWindows NONE = new NamedWindows(Map.of(), Optional.empty());

    private final Map<String, ChangeWindows> byName;
    private final Optional<String> otherwise;

    /** @param otherwise of certificates that choose none */
    NamedWindows(Map<String, ChangeWindows> byName, Optional<String> otherwise) {
        this.byName = Map.copyOf(byName);
        this.otherwise = otherwise;
        otherwise.filter(name -> !byName.containsKey(name)).ifPresent(name -> {
            throw new IllegalStateException("perennial.renewal.default-change-window is '" + name
                    + "', which is not configured; configured: " + new TreeSet<>(byName.keySet()));
        });
    }

    /**
     * A recurring window.
     *
     * @param opens minute, hour, day of the month, month, day of the week, as crontab(5) writes them
     * @param duration how long it stays open
     * @param zone of the times in {@code opens}
     */
    public record Definition(String opens, Duration duration, ZoneId zone) {}

    /**
     * @param otherwise the window of certificates that select none
     * @throws IllegalStateException if a definition is invalid; the message names the window
     */
    public static NamedWindows of(Map<String, Definition> definitions, Optional<String> otherwise) {
        Map<String, ChangeWindows> byName = new TreeMap<>();
        definitions.forEach((name, window) -> {
            try {
                byName.put(name, CronWindow.of(window.opens(), window.duration(), window.zone()));
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException("perennial.change-windows." + name + ": " + e.getMessage(), e);
            }
        });
        return new NamedWindows(byName, otherwise);
    }

    public Set<String> names() {
        return byName.keySet();
    }

    /** The window of a certificate with these labels. */
    public Optional<String> nameOf(Map<String, String> labels) {
        return Optional.ofNullable(labels.get(LABEL)).or(() -> otherwise);
    }

    /** A window that is no longer configured does not delay renewals. */
    public ChangeWindows of(Map<String, String> labels) {
        return nameOf(labels).map(byName::get).orElse(ChangeWindows.ALWAYS);
    }
}
