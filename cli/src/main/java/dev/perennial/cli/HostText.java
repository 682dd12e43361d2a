package dev.perennial.cli;

import dev.perennial.api.HostDetail;
import dev.perennial.api.HostSummary;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Hosts as text. */
final class HostText {
    private static final String ROW = "%-20s %-11s %-20s %-24s %s%n";

    private HostText() {}

    static void header(PrintWriter out) {
        out.printf(ROW, "HOST", "STATE", "REGISTERED", "BY", "LABELS");
    }

    static void row(HostSummary host, PrintWriter out) {
        out.printf(
                ROW,
                Text.oneLine(host.name()),
                host.removedAt().isPresent() ? "removed" : "registered",
                host.registeredAt().truncatedTo(ChronoUnit.SECONDS),
                Text.oneLine(host.registeredBy()),
                labels(host.labels()).strip());
    }

    static void detail(HostDetail detail, PrintWriter out) {
        HostSummary host = detail.host();
        out.println(Text.oneLine(host.name()) + labels(host.labels()));
        out.println("registered " + host.registeredAt().truncatedTo(ChronoUnit.SECONDS) + " by "
                + Text.oneLine(host.registeredBy()));
        host.removedAt()
                .ifPresent(at -> out.println("removed " + at.truncatedTo(ChronoUnit.SECONDS) + " by "
                        + Text.oneLine(host.removedBy().orElse("unknown"))));
        out.println("certificates that name it: " + detail.certificates());
        detail.keys()
                .forEach(key -> out.println(
                        "key " + Text.oneLine(key.id()) + " " + (key.revokedAt().isPresent() ? "revoked" : "usable")));
    }

    /** With a space before each. */
    static String labels(Map<String, String> labels) {
        return new TreeMap<>(labels)
                .entrySet().stream()
                        .map(label -> " " + Text.oneLine(label.getKey() + "=" + label.getValue()))
                        .collect(Collectors.joining());
    }
}
