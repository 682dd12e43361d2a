package dev.perennial.agent.activation;

import dev.perennial.agent.target.Generation;
import dev.perennial.agent.target.includefile.IncludeFileLocation;
import dev.perennial.agent.target.includefile.IncludeFileTarget;
import io.opentelemetry.context.Context;

/**
 * A prepared generation that waits to be put before the server.
 *
 * @param serverName what the proof asks for
 * @param trace the deployment's own trace
 */
public record Activation(
        IncludeFileLocation site, IncludeFileTarget installation, Generation generation, String serverName, Context trace) {}
