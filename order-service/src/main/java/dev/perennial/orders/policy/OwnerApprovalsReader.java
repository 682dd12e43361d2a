package dev.perennial.orders.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.rules.access.Role;
import dev.perennial.rules.approvals.ApprovalNeed;
import dev.perennial.rules.approvals.ApprovalRules;
import dev.perennial.rules.requests.OwnerApprovals;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the approvals in the policy of an owner strictly. */
final class OwnerApprovalsReader {
    static final String APPROVALS = "approvals";

    private static final String REQUESTS = "requests";
    private static final String REVOCATIONS = "revocations";
    private static final String ROLE = "role";
    private static final String EXPIRES_AFTER = "expiresAfter";
    private static final Duration DEFAULT_TIME = Duration.ofDays(2);
    private static final Duration MIN_TIME = Duration.ofMinutes(1);
    /** Shorter than ids of requests are kept, so that a repetition finds the approval. */
    private static final Duration MAX_TIME = Duration.ofDays(14);

    private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,4})([mhd])");

    private final BiConsumer<String, String> problems;

    /** @param problems receives each problem with its path */
    OwnerApprovalsReader(BiConsumer<String, String> problems) {
        this.problems = problems;
    }

    OwnerApprovals read(String owner, JsonNode node) {
        String path = owner + "." + APPROVALS;
        if (node.isMissingNode() || !isObject(path, node, List.of(REQUESTS, REVOCATIONS))) {
            return OwnerApprovals.NONE;
        }
        return new OwnerApprovals(need(path, node, REQUESTS), need(path, node, REVOCATIONS));
    }

    private Optional<ApprovalNeed> need(String approvals, JsonNode parent, String field) {
        JsonNode node = parent.path(field);
        String path = approvals + "." + field;
        if (node.isMissingNode() || !isObject(path, node, List.of(ROLE, EXPIRES_AFTER))) {
            return Optional.empty();
        }
        Optional<Role> role = role(node.path(ROLE));
        if (role.isEmpty()) {
            problems.accept(path + "." + ROLE, "must be approver or admin");
        }
        Optional<Duration> time = time(node.path(EXPIRES_AFTER));
        if (time.isEmpty()) {
            problems.accept(
                    path + "." + EXPIRES_AFTER, "must be a time such as 30m, 8h or 2d, from 1 minute to 14 days");
        }
        return role.flatMap(by -> time.map(limit -> new ApprovalNeed(by, limit, path)));
    }

    private static Optional<Role> role(JsonNode node) {
        return node.isTextual() ? Role.of(node.textValue()).filter(ApprovalRules.DECIDING::contains) : Optional.empty();
    }

    private static Optional<Duration> time(JsonNode node) {
        if (node.isMissingNode()) {
            return Optional.of(DEFAULT_TIME);
        }
        Matcher time = TIME.matcher(node.isTextual() ? node.textValue() : "");
        if (!time.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(time.group(1));
        Duration read =
                switch (time.group(2)) {
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                };
        return Optional.of(read).filter(it -> it.compareTo(MIN_TIME) >= 0 && it.compareTo(MAX_TIME) <= 0);
    }

    private boolean isObject(String path, JsonNode node, List<String> known) {
        if (!node.isObject()) {
            problems.accept(path, "must be an object with the fields " + known);
            return false;
        }
        node.fieldNames().forEachRemaining(field -> {
            if (!known.contains(field)) {
                problems.accept(
                        path,
                        "the field '" + (field.length() <= 80 ? field : field.substring(0, 80) + "...")
                                + "' is not known; known: " + known);
            }
        });
        return true;
    }
}
