package dev.perennial.agent.deploy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** Settings of the agent itself. What goes where is in the host's own file. */
@ConfigMapping(prefix = "perennial.agent")
interface AgentConfig {
    /** The host's own YAML file. */
    Path config();

    /** How often Vault, the disk and what is served are compared. */
    @WithDefault("5m")
    Duration reconcile();

    /** How long the latest deployment of a batch waits for another to share its reload; a second in all at most. */
    @WithDefault("20ms")
    Duration gather();

    /** How long a fact waits for Vault or for the host's copy of its bundle. */
    @WithDefault("20m")
    Duration patience();
}
