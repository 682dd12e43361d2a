package dev.perennial.orders.renewal;

import dev.perennial.rules.renewal.NamedWindows;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.TreeMap;

/** The configured windows; the process does not start if one is invalid. */
class NamedWindowsProducer {
    @Produces
    @Singleton
    @Startup
    NamedWindows windows(ChangeWindowsConfig config, RenewalConfig renewal) {
        Map<String, NamedWindows.Definition> definitions = new TreeMap<>();
        config.windows()
                .forEach((name, window) -> definitions.put(
                        name, new NamedWindows.Definition(window.opens(), window.duration(), window.zone())));
        return NamedWindows.of(definitions, renewal.defaultChangeWindow());
    }
}
