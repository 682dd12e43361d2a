package dev.perennial.testbed.fleet;

import java.nio.file.Path;
import java.util.Map;

/**
 * How a service is set up.
 *
 * @param properties its configuration; never a secret, only paths of files that hold one
 */
record ServiceSpec(
        String name,
        Path jar,
        AotCache aotCache,
        boolean recordAotCache,
        int httpPort,
        Map<String, String> properties,
        Map<String, String> environment) {
    ServiceSpec {
        properties = Map.copyOf(properties);
        environment = Map.copyOf(environment);
    }
}
