package dev.perennial.cli;

import dev.perennial.api.FallbackDetail;
import dev.perennial.api.PolicyTestDetail;
import java.util.ArrayList;
import java.util.List;

/** The decision about a request as text. */
final class PolicyTestText {
    private PolicyTestText() {}

    static List<String> lines(PolicyTestDetail test) {
        List<String> lines = new ArrayList<>();
        lines.add(test.allowed() ? "allowed" : "refused");
        lines.add("access: " + Text.oneLine(test.principal()) + (test.accessAllowed() ? " by '" : " denied, '")
                + Text.oneLine(test.accessRule()) + "'");
        lines.add("policy: "
                + test.revision().map(revision -> "revision " + revision).orElse("the candidate"));
        test.problems()
                .forEach(problem ->
                        lines.add("problem: " + Text.oneLine(problem.code()) + ": " + Text.oneLine(problem.detail())));
        test.issuer().ifPresent(issuer -> lines.add("issuer: " + Text.oneLine(issuer)));
        test.rehearsalAt().ifPresent(issuer -> lines.add("rehearsal: " + Text.oneLine(issuer)));
        test.fallbacks().forEach(fallback -> lines.add("fallback: " + text(fallback)));
        test.approval()
                .ifPresent(
                        approval -> lines.add("approval: waits for approval by role " + Text.oneLine(approval.role())));
        return lines;
    }

    private static String text(FallbackDetail fallback) {
        return Text.oneLine(fallback.issuer())
                + (fallback.usable() ? "" : ", not used: " + Text.orAbsent(fallback.reason()));
    }
}
