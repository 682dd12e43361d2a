package dev.perennial.testbed.fleet;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The specification of a service process.
 *
 * @param properties its configuration; secrets are only in files whose paths it contains
 * @param clock simulated clock of the process; empty for the clock of the machine
 */
record ServiceSpec(
        String name,
        Path jar,
        AotCache aotCache,
        boolean recordAotCache,
        int httpPort,
        Map<String, String> properties,
        Map<String, String> environment,
        Optional<SimulatedClock> clock) {
    ServiceSpec {
        properties = Map.copyOf(properties);
        environment = Map.copyOf(environment);
    }
}
