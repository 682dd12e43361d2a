package dev.perennial.agent.activation;

import dev.perennial.agent.proof.ProofResult;
import dev.perennial.events.Problem;

/** How a deployment ended. */
public sealed interface DeploymentResult {
    /** A handshake showed the certificate. */
    record Deployed(String generation, ProofResult.Proven proof) implements DeploymentResult {}

    /** The certificate before is served again, shown by a handshake. */
    record RolledBack(String servedFingerprint, Problem problem) implements DeploymentResult {}

    /** Nothing that the server reads was changed. */
    record Untouched(Problem problem) implements DeploymentResult {}

    /** Something was changed, and the way back could not be proven or there was none: a person has to look. */
    record Unproven(Problem problem) implements DeploymentResult {}

    /** The {@code outcome} label of the metric. */
    default String label() {
        return switch (this) {
            case Deployed deployed -> "deployed";
            case RolledBack rolledBack -> "rolled_back";
            case Untouched untouched -> "untouched";
            case Unproven unproven -> "unproven";
        };
    }
}
