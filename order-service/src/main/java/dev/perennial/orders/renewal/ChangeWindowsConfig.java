package dev.perennial.orders.renewal;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;

/** When what is served may be changed. */
@ConfigMapping(prefix = "perennial")
public interface ChangeWindowsConfig {
    /** By the name that certificates choose them by, in their label {@code change-window}. */
    Map<String, Window> changeWindows();

    /** Of certificates without that label; where absent they may be changed at any time. */
    Optional<String> defaultChangeWindow();

    /** One that opens again and again. */
    interface Window {
        /** When it opens: minute, hour, day of the month, month, day of the week, as crontab(5) writes them. {@code 0 2 * * SUN} */
        String opens();

        /** How long it stays open, for example {@code 4h}. */
        Duration duration();

        /** Whose clock is meant, for example {@code Europe/Berlin}. */
        ZoneId zone();
    }
}
