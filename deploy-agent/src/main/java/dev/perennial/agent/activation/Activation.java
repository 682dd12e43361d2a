package dev.perennial.agent.activation;

import dev.perennial.agent.targets.Generation;
import dev.perennial.agent.targets.Target;
import io.opentelemetry.context.Context;

/**
 * A prepared generation that is to become active.
 *
 * @param serverName the SNI value of the proof
 * @param trace the deployment's own trace
 */
public record Activation(Target target, Generation generation, String serverName, Context trace) {}
