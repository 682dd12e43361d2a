package dev.perennial.orders.renewal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;

/** Recurring windows in which a served certificate may be replaced. */
@ConfigMapping(prefix = "perennial.change-windows")
public interface ChangeWindowsConfig {
    /** By name. A certificate selects a window with its label {@code change-window}. */
    @WithParentName
    Map<String, Window> windows();

    /** One recurring window. */
    interface Window {
        /** When it opens, as five crontab(5) fields, for example {@code 0 2 * * SUN}. */
        String opens();

        /** How long it stays open, for example {@code 4h}. */
        Duration duration();

        /** Time zone of {@code opens}, for example {@code Europe/Berlin}. */
        ZoneId zone();
    }
}
