package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Replacements as the API shows them, for a person. */
final class ReplacementText {
    private ReplacementText() {}

    static void row(JsonNode one, PrintWriter out) {
        out.printf(
                "%s  %-9s %-5s %9s  %s  %s%n",
                one.path("id").asText(),
                state(one),
                one.path("drill").asBoolean() ? "drill" : "",
                number(one.at("/plan/certificates").asLong()),
                one.path("createdAt").asText(),
                one.path("reason").asText());
    }

    static void state(JsonNode one, PrintWriter out) {
        out.printf("%s: %s, %s%n", one.path("id").asText(), state(one), progress(one));
        out.flush();
    }

    /** What it would do, or does, and how far it is. */
    static void detail(JsonNode one, PrintWriter out) {
        JsonNode plan = one.path("plan");
        boolean drill = one.path("drill").asBoolean();
        out.printf(
                "%s %s: %s%n", drill ? "drill" : "replacement", one.path("id").asText(), state(one));
        line(out, "because", one.path("reason").asText());
        line(out, "selects", one.path("selector").asText());
        long selected = plan.path("selected").asLong();
        long certificates = plan.path("certificates").asLong();
        line(
                out,
                drill ? "drills" : "replaces",
                number(certificates) + " certificates" + (certificates < selected ? " of " + number(selected) : ""));
        line(out, "ordered at", counts(plan.path("byIssuer")));
        line(out, "owners", counts(plan.path("byOwner")));
        line(out, "domains", counts(plan.path("byDomain")));
        String what = "first";
        for (JsonNode first : plan.path("first")) {
            line(out, what, first(first));
            what = "";
        }
        line(
                out,
                "at once",
                one.path("atOnce").asText() + " orders, "
                        + span(plan.path("paceSeconds").asLong()) + " each "
                        + (plan.path("paceMeasured").asBoolean() ? "(as the last ones took)" : "(assumed)"));
        line(
                out,
                "takes",
                span(plan.path("durationSeconds").asLong()) + " at the CA's limits, until "
                        + plan.path("end").asText() + " if it had begun when it was planned");
        for (JsonNode wait : plan.path("waits")) {
            line(
                    out,
                    "waits for",
                    wait.path("of").asText() + ": "
                            + number(wait.path("certificates").asLong()));
        }
        if (one.has("deadline")) {
            line(
                    out,
                    "deadline",
                    one.path("deadline").asText() + ": "
                            + number(plan.path("byDeadline").asLong()) + " of " + number(certificates)
                            + " are done by then");
        }
        for (JsonNode warning : plan.path("warnings")) {
            line(out, "WARNING", warning.asText());
        }
        if (state(one).equals("planned")) {
            line(out, "approve by", one.path("planExpiresAt").asText());
        } else {
            end(one, out);
        }
        out.flush();
    }

    /** How far it is, why it rests, and what a drill has shown. */
    static void end(JsonNode one, PrintWriter out) {
        line(out, "state", state(one));
        line(out, "so far", progress(one));
        if (one.has("pausedFor")) {
            line(
                    out,
                    "PAUSED",
                    one.at("/pausedFor/code").asText() + ": "
                            + one.at("/pausedFor/detail").asText());
        }
        JsonNode drilled = one.path("drillResult");
        if (!drilled.isMissingNode()) {
            line(
                    out,
                    "time to",
                    "median " + span(drilled.path("medianSeconds").asLong()) + ", 95 % within "
                            + span(drilled.path("p95Seconds").asLong()) + "; "
                            + number(drilled.path("drilled").asLong())
                            + " certificates in "
                            + span(drilled.path("totalSeconds").asLong()));
            line(
                    out,
                    "replace",
                    "all " + number(drilled.path("selected").asLong()) + " at the live CA's limits: "
                            + span(drilled.path("allSeconds").asLong()));
        }
    }

    static String progress(JsonNode one) {
        JsonNode items = one.at("/progress/items");
        String counts = items.properties().stream()
                .filter(entry -> entry.getValue().asLong() > 0)
                .map(entry -> number(entry.getValue().asLong()) + " "
                        + entry.getKey().toLowerCase(Locale.ROOT).replace('_', ' '))
                .collect(Collectors.joining(", "));
        String rate = one.at("/progress/perMinute").asDouble() > 0
                ? ", " + one.at("/progress/perMinute").asText() + " a minute"
                : "";
        String end = one.at("/progress/estimatedEnd").asText("");
        return counts + rate + (end.isEmpty() ? "" : ", over at about " + end);
    }

    /** Whether nothing changes before somebody says something. */
    static boolean rests(JsonNode one) {
        return !state(one).equals("running");
    }

    static boolean isWell(JsonNode one) {
        return !one.has("pausedFor") && one.at("/progress/items/FAILED").asLong() == 0;
    }

    /** Of the report. */
    static void line(JsonNode line, PrintWriter out) {
        out.printf(
                "%6d  %-11s %-28s %-16s %6s  %s -> %s%n",
                line.path("rank").asLong() + 1,
                line.path("state").asText().toLowerCase(Locale.ROOT).replace('_', ' '),
                line.path("name").asText(),
                line.path("owner").asText(),
                line.has("seconds") ? line.path("seconds").asText() + " s" : "-",
                line.path("serial").asText("?"),
                line.path("newSerial").asText(line.path("newFingerprint").asText("-")));
        if (line.has("problem")) {
            out.printf(
                    "        %s: %s%n",
                    line.at("/problem/code").asText(),
                    line.at("/problem/detail").asText());
        }
    }

    private static String state(JsonNode one) {
        return one.path("state").asText().toLowerCase(Locale.ROOT);
    }

    private static String first(JsonNode first) {
        return first.path("name").asText() + " of " + first.path("owner").asText() + ", on "
                + first.path("hosts").asText() + " hosts, expires "
                + first.path("expiresAt").asText();
    }

    private static String counts(JsonNode counts) {
        return StreamSupport.stream(counts.spliterator(), false)
                .map(count -> count.path("of").asText() + " "
                        + number(count.path("certificates").asLong()))
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

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static void line(PrintWriter out, String what, String value) {
        out.printf("  %-10s %s%n", what, value);
    }
}
