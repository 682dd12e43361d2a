package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.api.CertificateState;
import dev.perennial.api.OwnerDetail;
import dev.perennial.api.OwnerQuotaDetail;
import dev.perennial.api.OwnerSummary;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Formats owners of the API as text. */
final class OwnerText {
    private static final String ROW = "%-28s %-10s %s%n";
    private static final String NONE = "none";

    private OwnerText() {}

    static void header(PrintWriter out) {
        out.printf(ROW, "OWNER", "POLICY", "CONTACTS");
    }

    static void row(OwnerSummary owner, PrintWriter out) {
        out.printf(
                ROW,
                Text.oneLine(owner.name()),
                owner.listed() ? "listed" : "-",
                owner.contacts().stream().map(Text::oneLine).collect(Collectors.joining(", ")));
    }

    static void detail(ApiClient.Document<OwnerDetail> document, PrintWriter out) {
        OwnerDetail owner = document.value();
        out.println(Text.oneLine(owner.name()));
        line("certificates", certificates(owner.certificates()), out);
        line("orders", quota(owner.quota()), out);
        line("policy", owner.listed() ? "" : "not listed; field otherOwners applies", out);
        JsonNode policy = document.json().path("policy");
        policy.properties()
                .forEach(field -> out.printf("    %s: %s%n", Text.oneLine(field.getKey()), field.getValue()));
    }

    private static String certificates(Map<CertificateState, Long> counts) {
        return counts.isEmpty()
                ? NONE
                : new TreeMap<>(counts)
                        .entrySet().stream()
                                .map(entry -> Text.number(entry.getValue()) + " " + Text.words(entry.getKey()))
                                .collect(Collectors.joining(", "));
    }

    private static String quota(OwnerQuotaDetail quota) {
        if (!quota.mayRequest()) {
            return "may request nothing";
        }
        return Text.number(quota.ordersLastDay()) + " requested in the last 24 hours, "
                + quota.maxOrdersPerDay()
                        .map(max -> "at most " + Text.number(max))
                        .orElse("no limit")
                + quota.nextPossibleAt()
                        .map(at -> ", the next one is possible at " + Text.second(at))
                        .orElse("");
    }

    private static void line(String label, String value, PrintWriter out) {
        out.printf("  %-12s %s%n", label, value);
    }
}
