package dev.perennial.cli;

import dev.perennial.api.CertificateCount;
import dev.perennial.api.DrillSummary;
import dev.perennial.api.FirstCertificate;
import dev.perennial.api.ReplacementDetail;
import dev.perennial.api.ReplacementForecast;
import dev.perennial.api.ReplacementItemState;
import dev.perennial.api.ReplacementReportLine;
import dev.perennial.api.ReplacementState;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Formats replacements of the API as text. */
final class ReplacementText {
    private static final int INDENT = 14;

    private ReplacementText() {}

    static void row(ReplacementDetail run, PrintWriter out) {
        out.printf(
                "%s  %-9s %-5s %9s  %s  %s%n",
                run.id(),
                Text.words(run.state()),
                run.drill() ? "drill" : "",
                Text.number(run.plan().certificates()),
                run.createdAt(),
                Text.oneLine(run.reason()));
    }

    static void state(ReplacementDetail run, PrintWriter out) {
        out.printf("%s: %s, %s%n", run.id(), Text.words(run.state()), progress(run));
        out.flush();
    }

    /** The plan, and the progress if the run has started. */
    static void detail(ReplacementDetail run, PrintWriter out) {
        ReplacementForecast plan = run.plan();
        out.printf("%s %s: %s%n", run.drill() ? "drill" : "replacement", run.id(), Text.words(run.state()));
        line(out, "reason", run.reason());
        line(out, "selector", run.selector());
        line(
                out,
                run.drill() ? "drills" : "replaces",
                "certificates: " + Text.number(plan.certificates())
                        + (plan.certificates() < plan.selected() ? " of " + Text.number(plan.selected()) : ""));
        line(out, "issuers", counts(plan.byIssuer()));
        line(out, "owners", counts(plan.byOwner()));
        line(out, "domains", counts(plan.byDomain()));
        String label = "first";
        for (FirstCertificate first : plan.first()) {
            line(out, label, first(first));
            label = "";
        }
        line(
                out,
                "at once",
                run.atOnce() + " orders, " + span(plan.paceSeconds()) + " each "
                        + (plan.paceMeasured() ? "(measured)" : "(assumed)"));
        line(
                out,
                "duration",
                span(plan.durationSeconds()) + " within the limits of the CA, until " + plan.end()
                        + " if started at the time of planning");
        for (CertificateCount wait : plan.waits()) {
            line(out, "waits for", wait.of() + ": " + Text.number(wait.certificates()));
        }
        run.deadline()
                .ifPresent(it -> line(
                        out,
                        "deadline",
                        it + ": " + Text.number(plan.byDeadline().orElse(0)) + " of " + Text.number(plan.certificates())
                                + " are done by then"));
        for (String warning : plan.warnings()) {
            line(out, "WARNING", warning);
        }
        if (run.state() == ReplacementState.PLANNED) {
            line(out, "approve by", Text.oneLine(run.planExpiresAt()));
        } else {
            result(run, out);
        }
        out.flush();
    }

    /** The progress, the reason for a pause, and the result of a drill. */
    static void result(ReplacementDetail run, PrintWriter out) {
        line(out, "state", Text.words(run.state()));
        line(out, "progress", progress(run));
        run.pausedFor().ifPresent(it -> line(out, "PAUSED", it.code() + ": " + it.detail()));
        run.drillResult().ifPresent(it -> drill(it, out));
    }

    private static void drill(DrillSummary drill, PrintWriter out) {
        line(
                out,
                "drilled",
                "median " + span(drill.medianSeconds()) + ", 95 % within " + span(drill.p95Seconds()) + "; "
                        + Text.number(drill.drilled()) + " certificates in " + span(drill.totalSeconds()));
        line(
                out,
                "estimate",
                span(drill.allSeconds()) + " to replace all " + Text.number(drill.selected())
                        + " within the limits of the live CA");
    }

    static String progress(ReplacementDetail run) {
        String counts = run.progress().items().entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> Text.number(entry.getValue()) + " " + Text.words(entry.getKey()))
                .collect(Collectors.joining(", "));
        String rate = run.progress().perMinute() > 0 ? ", " + run.progress().perMinute() + " per minute" : "";
        return counts
                + rate
                + run.progress()
                        .estimatedEnd()
                        .map(it -> ", estimated end " + it)
                        .orElse("");
    }

    static boolean isRunning(ReplacementDetail run) {
        return run.state() == ReplacementState.RUNNING;
    }

    static boolean isHealthy(ReplacementDetail run) {
        return run.pausedFor().isEmpty() && run.progress().items().getOrDefault(ReplacementItemState.FAILED, 0) == 0;
    }

    /** A line of the report. */
    static void line(ReplacementReportLine line, PrintWriter out) {
        out.printf(
                "%6d  %-11s %-28s %-16s %6s  %s -> %s%n",
                line.rank() + 1,
                Text.words(line.state()),
                Text.oneLine(line.name()),
                Text.oneLine(line.owner()),
                line.seconds().map(it -> it + " s").orElse("-"),
                line.serial().map(Text::oneLine).orElse("?"),
                Text.orAbsent(line.newSerial().or(line::newFingerprint)));
        line.problem()
                .ifPresent(it -> out.printf("        %s: %s%n", Text.oneLine(it.code()), Text.oneLine(it.detail())));
    }

    private static String first(FirstCertificate first) {
        return first.name() + " of " + first.owner() + ", hosts: " + first.hosts() + ", expires " + first.expiresAt();
    }

    private static String counts(List<CertificateCount> counts) {
        return counts.stream()
                .map(count -> count.of() + " " + Text.number(count.certificates()))
                .collect(Collectors.joining(", "));
    }

    /** For example {@code 9 h 15 min}. */
    static String span(long seconds) {
        Duration span = Duration.ofSeconds(seconds);
        if (span.toDays() > 0) {
            return span.toDays() + " d " + span.toHoursPart() + " h";
        }
        if (span.toHours() > 0) {
            return span.toHours() + " h " + span.toMinutesPart() + " min";
        }
        return span.toMinutes() > 0 ? span.toMinutes() + " min " + span.toSecondsPart() + " s" : seconds + " s";
    }

    private static void line(PrintWriter out, String label, String value) {
        out.printf("  %-10s %s%n", label, Text.block(value, INDENT - 1));
    }
}
