package dev.perennial.agent.activation;

import dev.perennial.agent.proof.ProofResult;
import dev.perennial.events.Problem;

/** The result of a deployment. */
public sealed interface DeploymentResult {
    /** A handshake showed the certificate. */
    record Deployed(String generation, ProofResult.Proven proof) implements DeploymentResult {}

    /** A handshake showed that the previous certificate is served again. */
    record RolledBack(String servedFingerprint, Problem problem) implements DeploymentResult {}

    /** The files that the server reads are unchanged. */
    record Untouched(Problem problem) implements DeploymentResult {}

    /** Files have changed, and the rollback is unproven or was impossible: an operator must check the host. */
    record Unproven(Problem problem) implements DeploymentResult {}

    /** The {@code outcome} label of the metric. */
    default String label() {
        return switch (this) {
            case Deployed deployed -> "deployed";
            case RolledBack rolledBack -> "rolled-back";
            case Untouched untouched -> "untouched";
            case Unproven unproven -> "unproven";
        };
    }
}
