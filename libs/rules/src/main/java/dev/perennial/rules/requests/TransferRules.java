package dev.perennial.rules.requests;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.ResourceName;
import dev.perennial.rules.renewal.NamedWindows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Decides about the transfer of a certificate to another owner. The new owner must be allowed to have what the certificate is,
 * as if it requested it. Pure.
 */
public final class TransferRules {
    private TransferRules() {}

    /**
     * The certificate.
     *
     * @param running its order in progress
     * @param nameInUse whether the new owner has another certificate with its name
     */
    public record Situation(
            String owner,
            String name,
            CertificateSpec spec,
            Map<String, String> labels,
            Optional<OrderId> running,
            boolean nameInUse) {}

    /**
     * @param to the new owner
     * @param more labels to set; the others are kept
     * @param changeWindows the names of the configured change windows
     */
    public static TransferDecision decide(
            Situation certificate,
            String to,
            Map<String, String> more,
            OwnerPolicies policies,
            Set<String> changeWindows) {
        if (!ResourceName.isValid(to)) {
            return new TransferDecision.Refused(List.of(Problem.of(
                    ErrorCode.INVALID_FIELD, "field 'owner': the name of an owner must match " + ResourceName.REGEX)));
        }
        if (certificate.owner().equals(to)) {
            return new TransferDecision.Unchanged();
        }
        Map<String, String> labels = new HashMap<>(certificate.labels());
        labels.putAll(more);
        List<Problem> problems = new ArrayList<>();
        Labels.problems(labels)
                .forEach(problem -> problems.add(Problem.of(ErrorCode.INVALID_FIELD, "field 'labels': " + problem)));
        Optional.ofNullable(more.get(NamedWindows.LABEL))
                .filter(window -> !changeWindows.contains(window))
                .ifPresent(window -> problems.add(Problem.of(
                        ErrorCode.INVALID_FIELD,
                        "field 'labels': the change-window is not configured; configured: "
                                + new TreeSet<>(changeWindows))));
        if (certificate.nameInUse()) {
            problems.add(Problem.of(
                    ErrorCode.NAME_IN_USE,
                    "the owner '" + to + "' has a certificate named '" + certificate.name()
                            + "' already; nothing was changed"));
        }
        certificate
                .running()
                .ifPresent(order -> problems.add(Problem.of(
                        ErrorCode.ORDER_RUNNING,
                        "order " + order + " of the certificate is running for '" + certificate.owner()
                                + "'; repeat the transfer when it has ended")));
        // Otherwise a request for one owner and a transfer would replace a request, or a revocation, that needs an
        // approval.
        Stream.of(certificate.owner(), to)
                .filter(owner -> !policies.approvals(owner).equals(OwnerApprovals.NONE))
                .forEach(owner -> problems.add(Problem.of(
                        ErrorCode.FORBIDDEN_FOR_OWNER,
                        "field 'owner': requests or revocations of owner '" + owner
                                + "' need approvals, and a transfer cannot wait for one; rule "
                                + OwnerRules.rule(owner, "approvals"))));
        problems.addAll(OwnerRules.check(policies, to, certificate.spec(), labels));
        return problems.isEmpty() ? new TransferDecision.Possible(labels) : new TransferDecision.Refused(problems);
    }
}
