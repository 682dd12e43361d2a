package dev.perennial.agent.deploy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of the agent. The host file defines which certificates are installed where. */
@ConfigMapping(prefix = "perennial.agent")
interface AgentConfig {
    /** Path of the host file (YAML). */
    Path hostFile();

    /**
     * File with the key with which this host signs its reports. The agent creates it at its first start, and beside it the
     * public key (.pub). The enrolment of the host, or an operator, registers it. Without it, reports are not signed.
     */
    Optional<Path> signingKeyFile();

    /** Interval between two reconciliations, which compare Vault, the disk and the served certificates. */
    @WithDefault("5m")
    Duration reconcileInterval();

    /**
     * Time for which the latest deployment of a batch waits for another one to share its reload; at most one second in
     * total.
     */
    @WithDefault("20ms")
    Duration batchInterval();

    /** Time for which an event waits for Vault or for this host's copy of the bundle. */
    @WithDefault("20m")
    Duration retryTimeout();
}
