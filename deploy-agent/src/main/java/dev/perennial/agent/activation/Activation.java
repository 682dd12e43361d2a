package dev.perennial.agent.activation;

import dev.perennial.agent.proof.ExpectedCertificate;
import dev.perennial.agent.targets.Generation;
import dev.perennial.agent.targets.Target;
import io.opentelemetry.context.Context;

/**
 * A prepared generation that is to become active.
 *
 * @param expected the generation's certificate, as the proof expects it
 * @param trace the deployment's own trace
 */
public record Activation(Target target, Generation generation, ExpectedCertificate expected, Context trace) {}
