package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.api.ApprovalDetail;
import dev.perennial.api.ApprovalEffect;
import dev.perennial.api.ApprovalStatus;
import dev.perennial.api.WaitingApproval;
import java.io.PrintWriter;

/** Approvals as text. */
final class ApprovalText {
    private static final String FIELD = "  %-12s %s%n";

    private ApprovalText() {}

    /** The answer to a request that waits. */
    static void waiting(String subject, WaitingApproval approval, PrintWriter out) {
        out.printf("%s: %s; approval id %s%n", Text.oneLine(subject), Text.oneLine(approval.text()), approval.id());
        out.flush();
    }

    static void decided(ApprovalDetail approval, PrintWriter out) {
        out.printf(
                "%s: %s%s%s%n",
                approval.id(),
                Text.words(approval.state()),
                approval.decidedBy().map(by -> " by " + Text.oneLine(by)).orElse(""),
                approval.comment().map(comment -> ": " + Text.oneLine(comment)).orElse(""));
        out.flush();
    }

    /** @param json the same with the request, as the API sent it */
    static void detail(ApprovalDetail approval, JsonNode json, PrintWriter out) {
        out.printf(
                "%s: %s%n",
                approval.id(),
                approval.state() == ApprovalStatus.WAITING
                        ? "waits for approval by role " + Text.oneLine(approval.role()) + " until "
                                + approval.expiresAt()
                        : Text.words(approval.state()));
        field(out, "action", approval.action());
        approval.owner().ifPresent(it -> field(out, "owner", it));
        approval.name().ifPresent(it -> field(out, "certificate", it));
        approval.issuer().ifPresent(it -> field(out, "issuer", it));
        field(out, "requester", approval.requester());
        field(out, "requested", Text.second(approval.createdAt()));
        field(out, "rule", approval.rule());
        approval.decidedBy().ifPresent(it -> field(out, "decided by", it));
        approval.decidedAt().ifPresent(it -> field(out, "decided", Text.second(it)));
        approval.comment().ifPresent(it -> field(out, "comment", it));
        approval.traceId().ifPresent(it -> field(out, "trace id", it));
        approval.effects().stream()
                .filter(effect -> effect.fingerprint().isPresent())
                .forEach(effect -> field(out, effect.retires() ? "retires" : "revokes", revoked(effect)));
        if (json.hasNonNull("request")) {
            out.println("request:");
            YamlFile.text(json.get("request")).lines().forEach(line -> out.println("  " + Text.oneLine(line)));
        }
        out.flush();
    }

    private static String revoked(ApprovalEffect effect) {
        return effect.owner().orElse("") + "/" + effect.name().orElse("") + ", the X.509 certificate "
                + effect.fingerprint().orElse("");
    }

    private static void field(PrintWriter out, String name, String value) {
        out.printf(FIELD, name, Text.oneLine(value));
    }
}
