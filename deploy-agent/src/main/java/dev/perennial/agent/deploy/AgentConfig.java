package dev.perennial.agent.deploy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** Settings of the agent itself. The host file says which certificates are installed where. */
@ConfigMapping(prefix = "perennial.agent")
interface AgentConfig {
    /** The path of the host file (YAML). */
    Path hostFile();

    /** The interval at which Vault, the disk and the served certificates are compared. */
    @WithDefault("5m")
    Duration reconcileInterval();

    /** How long the latest deployment of a batch waits for another that shares its reload; one second in total at most. */
    @WithDefault("20ms")
    Duration batchInterval();

    /** How long the handling of a fact waits for Vault or for the host's copy of its bundle. */
    @WithDefault("20m")
    Duration retryTimeout();
}
