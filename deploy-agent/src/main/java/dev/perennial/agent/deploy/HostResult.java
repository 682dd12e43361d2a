package dev.perennial.agent.deploy;

import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.agent.proof.ProofResult;
import dev.perennial.events.Problem;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The result of a certificate on this host, from the results of its targets. It is deployed only if all targets are.
 * Otherwise the result is that of the target in the worst state, and its problem names every target that failed: each
 * target is consistent by itself, so that the others keep the new certificate.
 */
final class HostResult {
    private HostResult() {}

    /** @param target its name on this host */
    record TargetResult(String target, DeploymentResult result) {
        private Optional<Problem> problem() {
            return switch (result) {
                case DeploymentResult.Deployed deployed -> Optional.empty();
                case DeploymentResult.Untouched untouched -> Optional.of(untouched.problem());
                case DeploymentResult.RolledBack back -> Optional.of(back.problem());
                case DeploymentResult.Unproven unproven -> Optional.of(unproven.problem());
            };
        }

        private int severity() {
            return switch (result) {
                case DeploymentResult.Deployed deployed -> 0;
                case DeploymentResult.Untouched untouched -> 1;
                case DeploymentResult.RolledBack back -> 2;
                case DeploymentResult.Unproven unproven -> 3;
            };
        }
    }

    /** @param results of all targets, at least one */
    static DeploymentResult of(List<TargetResult> results) {
        TargetResult worst = results.stream()
                .max(Comparator.comparing(TargetResult::severity))
                .orElseThrow();
        if (results.size() == 1) {
            return worst.result();
        }
        return switch (worst.result()) {
            case DeploymentResult.Deployed deployed -> allDeployed(results);
            case DeploymentResult.Untouched untouched -> new DeploymentResult.Untouched(problem(worst, results));
            case DeploymentResult.RolledBack back ->
                new DeploymentResult.RolledBack(back.servedFingerprint(), problem(worst, results));
            case DeploymentResult.Unproven unproven -> new DeploymentResult.Unproven(problem(worst, results));
        };
    }

    /** The generations of all targets have the same name, unless a directory of another bundle had it before. */
    private static DeploymentResult allDeployed(List<TargetResult> results) {
        List<DeploymentResult.Deployed> all = results.stream()
                .map(TargetResult::result)
                .map(DeploymentResult.Deployed.class::cast)
                .toList();
        return new DeploymentResult.Deployed(
                all.getFirst().generation(),
                new ProofResult.Proven(all.stream()
                        .flatMap(one -> one.proof().proofs().stream())
                        .toList()));
    }

    private static Problem problem(TargetResult worst, List<TargetResult> results) {
        List<TargetResult> failed =
                results.stream().filter(one -> one.problem().isPresent()).toList();
        String deployed = results.stream()
                .filter(one -> one.problem().isEmpty())
                .map(one -> "'" + one.target() + "'")
                .collect(Collectors.joining(", "));
        return Problem.of(
                worst.problem().orElseThrow().code(),
                failed.size() + " of " + results.size() + " targets failed: "
                        + failed.stream()
                                .map(one -> "'" + one.target() + "': "
                                        + one.problem().orElseThrow().detail())
                                .collect(Collectors.joining("; "))
                        + (deployed.isEmpty() ? "" : "; the certificate is served by " + deployed),
                failed.stream()
                        .flatMap(one -> one.problem().orElseThrow().evidence().stream())
                        .reduce((one, other) -> one + "; " + other)
                        .orElse(null));
    }

    /**
     * The problem of a dry run, from those of its targets.
     *
     * @param problems by target, in the order of the host file; empty if the target has none
     */
    static Optional<Problem> ofDryRun(List<TargetProblem> problems) {
        List<TargetResult> results = problems.stream()
                .flatMap(one -> one.problem().stream()
                        .map(problem -> new TargetResult(one.target(), new DeploymentResult.Untouched(problem))))
                .toList();
        if (results.isEmpty()) {
            return Optional.empty();
        }
        Problem first = results.getFirst().problem().orElseThrow();
        return Optional.of(
                problems.size() == 1
                        ? first
                        : Problem.of(
                                first.code(),
                                results.size() + " of " + problems.size() + " targets would fail: "
                                        + results.stream()
                                                .map(one -> "'" + one.target() + "': "
                                                        + one.problem()
                                                                .orElseThrow()
                                                                .detail())
                                                .collect(Collectors.joining("; ")),
                                first.evidence().orElse(null)));
    }

    /** @param target its name on this host */
    record TargetProblem(String target, Optional<Problem> problem) {}
}
