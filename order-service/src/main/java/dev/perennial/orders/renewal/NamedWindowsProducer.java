package dev.perennial.orders.renewal;

import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The windows as configured; the process does not start with one that makes no sense. */
class NamedWindowsProducer {
    @Produces
    @Singleton
    @Startup
    NamedWindows windows(ChangeWindowsConfig config) {
        return NamedWindows.of(config);
    }
}
