package dev.perennial.cli;

import dev.perennial.api.CertificateDetail;
import dev.perennial.api.CertificateSummary;
import dev.perennial.api.IssuedDetail;
import dev.perennial.api.OrderDetail;
import dev.perennial.api.OrderProblem;
import dev.perennial.api.PublishedStatus;
import dev.perennial.api.Purpose;
import dev.perennial.api.RenewalDetail;
import dev.perennial.api.TimelineItem;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Formats certificates of the API as text. */
final class CertificateText {
    private static final String ROW = "%-28s %-16s %-12s %-20s %-20s %s%n";
    private static final int INDENT = 15;

    private CertificateText() {}

    static void header(PrintWriter out) {
        out.printf(ROW, "NAME", "OWNER", "STATE", "EXPIRES", "RENEWAL", "IDENTIFIERS");
    }

    static void row(CertificateSummary certificate, PrintWriter out) {
        out.printf(
                ROW,
                Text.oneLine(certificate.name()),
                Text.oneLine(certificate.owner()),
                state(certificate),
                certificate.issued().map(it -> Text.second(it.notAfter())).orElse("-"),
                certificate.renewal().map(it -> Text.second(it.at())).orElse("-"),
                identifiers(certificate));
    }

    static String state(CertificateSummary certificate) {
        return Text.words(certificate.state())
                + (certificate.purpose() == Purpose.REHEARSAL ? " (rehearsal)" : "")
                + (certificate.retired().isPresent() ? " (retired)" : "")
                + (certificate.waiting().isPresent() ? " (waiting)" : "");
    }

    private static String identifiers(CertificateSummary certificate) {
        return certificate.identifiers().stream()
                .map(it -> Text.oneLine(it.value()))
                .collect(Collectors.joining(", "));
    }

    /** All details: the latest order, the issued X.509 certificates, and the complete timeline. */
    static void detail(CertificateDetail detail, PrintWriter out) {
        CertificateSummary certificate = detail.certificate();
        out.printf("%s of %s%n", Text.oneLine(certificate.name()), Text.oneLine(certificate.owner()));
        line(out, "id", Text.oneLine(certificate.certificateId()));
        if (!detail.contacts().isEmpty()) {
            line(
                    out,
                    "responsible",
                    detail.contacts().stream().map(Text::oneLine).collect(Collectors.joining(", ")));
        }
        line(out, "names", identifiers(certificate));
        line(out, "issuer", certificate.issuer());
        line(out, "state", state(certificate));
        line(
                out,
                "expires",
                certificate.issued().map(it -> it.notAfter().toString()).orElse("not issued yet"));
        certificate.retired().ifPresent(it -> line(out, "retired", it.at() + ": " + it.reason()));
        certificate.renewal().ifPresent(it -> renewal(it, out));
        detail.orders().stream().findFirst().ifPresent(order -> {
            line(out, "cause", Text.words(order.cause()));
            line(out, "attempt", String.valueOf(order.attempt()));
            progress(order, out);
            order.traceId().ifPresent(id -> line(out, "trace id", id));
        });
        detail.issued().forEach(issued -> issued(issued, out));
        out.println("timeline");
        detail.timeline().forEach(entry -> out.printf("  %s  %s%n", entry.at(), timeline(entry)));
        out.flush();
    }

    private static void renewal(RenewalDetail renewal, PrintWriter out) {
        line(
                out,
                "renewal",
                Text.second(renewal.at()) + ": " + Text.words(renewal.cause())
                        + renewal.window()
                                .map(it -> ", in change window " + it + ", no later than "
                                        + Text.second(renewal.deadline()))
                                .orElse(""));
        renewal.suggested()
                .ifPresent(it -> line(
                        out,
                        "CA window",
                        it.start() + " to " + it.end()
                                + it.explanation().map(page -> ", see " + page).orElse("")));
    }

    /** The reason why an order waits, its latest problem, and the next attempt. */
    static void progress(OrderDetail order, PrintWriter out) {
        order.waiting().ifPresent(it -> {
            line(out, "waiting", it.reason());
            line(out, "until", Text.oneLine(it.until()));
        });
        order.problem().ifPresent(it -> problem(it, order.dueAt(), out));
    }

    private static void problem(OrderProblem problem, Optional<Instant> dueAt, PrintWriter out) {
        line(out, "problem", problem.code() + ": " + problem.detail());
        problem.evidence().ifPresent(it -> line(out, "evidence", it));
        line(
                out,
                "next attempt",
                problem.nextAttemptAt()
                        .or(() -> dueAt)
                        .map(Instant::toString)
                        .orElse("none; there is no automatic retry"));
    }

    private static void issued(IssuedDetail issued, PrintWriter out) {
        line(
                out,
                issued.inUse() ? "in use" : "issued",
                "serial " + issued.serial() + " by " + issued.issuer() + " until " + issued.notAfter());
        issued.revokedAt()
                .ifPresent(at -> line(
                        out, "revoked", at + ": " + issued.revocationReason().orElse("no reason given")));
        if (issued.inUse()) {
            issued.status()
                    .ifPresent(it -> line(
                            out,
                            "revocation",
                            status(it.status()) + " since " + it.since()
                                    + it.detail().map(detail -> ": " + detail).orElse("")));
        }
        if (issued.revokedAt().isEmpty()) {
            issued.revocation().ifPresent(it -> {
                line(
                        out,
                        "revocation",
                        Text.words(it.state()) + ", "
                                + (it.reason() == null
                                        ? "unknown reason"
                                        : it.reason().wireName()));
                it.problem().ifPresent(problem -> problem(problem, it.dueAt(), out));
            });
        }
    }

    private static String status(PublishedStatus status) {
        return status == PublishedStatus.NOT_OFFERED
                ? "no CRL or OCSP responder in the certificate"
                : Text.words(status);
    }

    private static String timeline(TimelineItem entry) {
        String detail = new TreeMap<>(entry.detail())
                .entrySet().stream()
                        .map(field -> Text.oneLine(field.getKey()) + "=" + Text.oneLine(field.getValue()))
                        .collect(Collectors.joining(" "));
        return Text.oneLine(entry.entry())
                + (detail.isEmpty() ? "" : "  " + detail)
                // The service itself acts for no principal.
                + entry.initiator()
                        .filter(id -> !id.startsWith("/"))
                        .map(id -> "  by " + Text.oneLine(id))
                        .orElse("");
    }

    private static void line(PrintWriter out, String label, String value) {
        out.printf("  %-12s %s%n", label, Text.block(value, INDENT));
    }
}
