package dev.perennial.agent.server;

import dev.perennial.agent.host.InstallLocation;
import dev.perennial.agent.install.Generation;
import dev.perennial.agent.install.Installation;
import io.opentelemetry.context.Context;

/**
 * A prepared generation that waits to be put before the server.
 *
 * @param serverName what the proof asks for
 * @param trace the deployment's own trace
 */
public record PendingSwitch(
        InstallLocation site, Installation installation, Generation generation, String serverName, Context trace) {}
