package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Certificates as the API shows them, for a person. */
final class CertificateText {
    private static final String ROW = "%-28s %-16s %-12s %-20s %-20s %s%n";

    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private CertificateText() {}

    /**
     * The id of a certificate that is called so, or has that id.
     *
     * @throws ParameterException where several teams have one
     */
    static String id(ApiClient api, String nameOrId, Optional<String> owner, CommandSpec spec) {
        if (ID.matcher(nameOrId).matches()) {
            return nameOrId;
        }
        String query = "certificates?name=" + ApiClient.encoded(nameOrId)
                + owner.map(it -> "&owner=" + ApiClient.encoded(it)).orElse("");
        JsonNode found = api.get(query).path("items");
        if (found.isEmpty()) {
            throw new ApiProblemException("perennial: there is no certificate '" + nameOrId + "'");
        }
        if (found.size() > 1) {
            throw new ParameterException(
                    spec.commandLine(), "several teams have a certificate '" + nameOrId + "'; say whose with --owner");
        }
        return found.path(0).path("certificateId").asText();
    }

    static void header(PrintWriter out) {
        out.printf(ROW, "NAME", "OWNER", "STATE", "EXPIRES", "RENEWED", "FOR");
    }

    static void row(JsonNode certificate, PrintWriter out) {
        out.printf(
                ROW,
                certificate.path("name").asText(),
                certificate.path("owner").asText(),
                state(certificate),
                certificate.at("/issued/notAfter").asText("-"),
                second(certificate.at("/renewal/at").asText("-")),
                identifiers(certificate));
    }

    static String state(JsonNode holder) {
        String state = holder.path("state").asText().toLowerCase(Locale.ROOT);
        String purpose = holder.path("purpose").asText().equals("REHEARSAL") ? " (rehearsal)" : "";
        return state
                + purpose
                + (holder.has("retired") ? " (retired)" : "")
                + (holder.has("waiting") ? " (waits)" : "");
    }

    static String identifiers(JsonNode certificate) {
        return StreamSupport.stream(certificate.path("identifiers").spliterator(), false)
                .map(identifier -> identifier.path("value").asText())
                .collect(Collectors.joining(", "));
    }

    /** Everything, the newest order first, and the story from its beginning. */
    static void detail(JsonNode detail, PrintWriter out) {
        JsonNode certificate = detail.path("certificate");
        out.printf(
                "%s of %s%n",
                certificate.path("name").asText(), certificate.path("owner").asText());
        line(out, "id", certificate.path("certificateId").asText());
        line(out, "for", identifiers(certificate));
        line(out, "issuer", certificate.path("issuer").asText());
        line(out, "state", state(certificate));
        line(out, "expires", certificate.at("/issued/notAfter").asText("not issued yet"));
        if (certificate.has("retired")) {
            line(
                    out,
                    "retired",
                    certificate.at("/retired/at").asText() + ": "
                            + certificate.at("/retired/because").asText());
        }
        renewal(certificate.path("renewal"), out);
        JsonNode order = detail.path("orders").path(0);
        line(out, "order", order.path("cause").asText().toLowerCase(Locale.ROOT).replace('_', ' '));
        line(out, "attempt", order.path("attempt").asText());
        problem(order, out);
        if (order.has("traceId")) {
            line(out, "trace id", order.path("traceId").asText());
        }
        detail.path("issued").forEach(issued -> issued(issued, out));
        out.println("story");
        detail.path("timeline")
                .forEach(entry -> out.printf("  %s  %s%n", entry.path("at").asText(), story(entry)));
        out.flush();
    }

    /** When it is renewed next, and why then. */
    private static void renewal(JsonNode renewal, PrintWriter out) {
        if (renewal.isMissingNode()) {
            return;
        }
        String window = renewal.path("window").asText("");
        line(
                out,
                "renewed",
                second(renewal.path("at").asText()) + ": "
                        + renewal.path("cause")
                                .asText()
                                .toLowerCase(Locale.ROOT)
                                .replace('_', ' ')
                        + (window.isEmpty()
                                ? ""
                                : ", in change window " + window + ", by "
                                        + second(renewal.path("deadline").asText()) + " at the latest"));
        JsonNode suggested = renewal.path("suggested");
        if (!suggested.isMissingNode()) {
            String page = suggested.path("explanation").asText("");
            line(
                    out,
                    "the CA",
                    "suggests " + suggested.path("start").asText() + " to "
                            + suggested.path("end").asText() + (page.isEmpty() ? "" : ", see " + page));
        }
    }

    /** A time without its fraction. */
    private static String second(String instant) {
        return instant.replaceFirst("\\.[0-9]+Z$", "Z");
    }

    /** Why it is not where it should be, and what happens next. */
    static void problem(JsonNode order, PrintWriter out) {
        JsonNode waiting = order.path("waiting");
        if (!waiting.isMissingNode()) {
            line(out, "waits", waiting.path("because").asText());
            line(out, "until", waiting.path("until").asText());
        }
        JsonNode problem = order.path("problem");
        if (!problem.isMissingNode()) {
            line(
                    out,
                    "problem",
                    problem.path("code").asText() + ": "
                            + problem.path("detail").asText());
            Optional.of(problem.path("evidence").asText(""))
                    .filter(text -> !text.isEmpty())
                    .ifPresent(text -> line(out, "evidence", text));
            line(
                    out,
                    "next",
                    problem.path("nextAttemptAt")
                            .asText(order.path("dueAt").asText("nobody tries again by themselves")));
        }
    }

    /** What was issued, in use or not, and what is wrong with it. */
    private static void issued(JsonNode issued, PrintWriter out) {
        line(
                out,
                issued.path("inUse").asBoolean() ? "in use" : "issued",
                "serial " + issued.path("serial").asText() + " by "
                        + issued.path("issuer").asText() + " until "
                        + issued.path("notAfter").asText());
        if (issued.has("revokedAt")) {
            line(
                    out,
                    "revoked",
                    issued.path("revokedAt").asText() + ": "
                            + issued.path("revocationReason").asText("no reason given"));
        }
        JsonNode status = issued.path("status");
        if (issued.path("inUse").asBoolean() && !status.isMissingNode()) {
            line(
                    out,
                    "status",
                    status.path("status").asText().toLowerCase(Locale.ROOT).replace('_', ' ')
                            + " since " + status.path("since").asText()
                            + Optional.of(status.path("detail").asText(""))
                                    .filter(text -> !text.isEmpty())
                                    .map(text -> ": " + text)
                                    .orElse(""));
        }
        JsonNode revocation = issued.path("revocation");
        if (!revocation.isMissingNode() && !issued.has("revokedAt")) {
            line(
                    out,
                    "revocation",
                    revocation.path("state").asText().toLowerCase(Locale.ROOT) + ", "
                            + revocation.path("reason").asText());
            problem(revocation, out);
        }
    }

    private static String story(JsonNode entry) {
        List<String> detail = new ArrayList<>();
        entry.path("detail")
                .properties()
                .forEach(field -> detail.add(field.getKey() + "="
                        + (field.getValue().isValueNode() ? field.getValue().asText() : field.getValue())));
        return entry.path("entry").asText() + (detail.isEmpty() ? "" : "  " + String.join(" ", detail));
    }

    private static void line(PrintWriter out, String what, String value) {
        out.printf("  %-10s %s%n", what, value);
    }
}
