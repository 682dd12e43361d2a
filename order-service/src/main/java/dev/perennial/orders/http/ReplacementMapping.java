package dev.perennial.orders.http;

import dev.perennial.api.CertificateCount;
import dev.perennial.api.DrillSummary;
import dev.perennial.api.FirstCertificate;
import dev.perennial.api.ReplacementDetail;
import dev.perennial.api.ReplacementForecast;
import dev.perennial.api.ReplacementItemState;
import dev.perennial.api.ReplacementProgress;
import dev.perennial.api.ReplacementReportLine;
import dev.perennial.api.ReplacementRequest;
import dev.perennial.api.ReplacementSelector;
import dev.perennial.api.ReplacementState;
import dev.perennial.orders.replacement.PlanRequest;
import dev.perennial.orders.replacement.ReplacementPlan;
import dev.perennial.orders.replacement.ReplacementView;
import dev.perennial.orders.replacement.ReportLine;
import dev.perennial.rules.replacement.Selector;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Maps replacements to records of the API, and requests from them. */
final class ReplacementMapping {
    private ReplacementMapping() {}

    /** @throws IllegalArgumentException if a field is not valid; the message names it */
    static PlanRequest request(ReplacementRequest body) {
        return new PlanRequest(
                selector(body.selector()),
                body.reason(),
                body.atOnce(),
                time("deadline", body.deadline()),
                body.drill(),
                body.sample());
    }

    private static Optional<Instant> time(String field, Optional<Instant> time) {
        time.filter(it -> !Parameters.isStorable(it)).ifPresent(it -> {
            throw new IllegalArgumentException(
                    "field '" + field + "': a time such as 2027-01-31T00:00:00Z is required");
        });
        return time;
    }

    private static Selector selector(ReplacementSelector selector) {
        return new Selector(
                selector.issuer(),
                selector.labels(),
                selector.keyType(),
                time("selector.issuedFrom", selector.issuedFrom()),
                time("selector.issuedBefore", selector.issuedBefore()),
                selector.serials(),
                selector.owner(),
                selector.suffix());
    }

    static ReplacementDetail detail(ReplacementView run) {
        return new ReplacementDetail(
                run.id(),
                run.drill(),
                EnumMapping.to(ReplacementState.class, run.state()),
                run.reason(),
                run.selector(),
                run.atOnce(),
                run.deadline(),
                run.createdAt(),
                run.planExpiresAt(),
                run.approvedAt(),
                run.endedAt(),
                run.pausedFor().map(Problems::of),
                forecast(run.plan()),
                progress(run.progress()),
                run.drillResult().map(ReplacementMapping::drill));
    }

    private static ReplacementForecast forecast(ReplacementPlan plan) {
        return new ReplacementForecast(
                plan.selected(),
                plan.certificates(),
                counts(plan.byIssuer()),
                counts(plan.byOwner()),
                counts(plan.byDomain()),
                plan.first().stream()
                        .map(it -> new FirstCertificate(it.name(), it.owner(), it.hosts(), it.expiresAt()))
                        .toList(),
                plan.paceSeconds(),
                plan.paceMeasured(),
                plan.end(),
                plan.durationSeconds(),
                plan.byDeadline(),
                counts(plan.waits()),
                plan.warnings());
    }

    private static List<CertificateCount> counts(List<ReplacementPlan.Count> counts) {
        return counts.stream()
                .map(it -> new CertificateCount(it.of(), it.certificates()))
                .toList();
    }

    private static ReplacementProgress progress(ReplacementView.Progress progress) {
        Map<ReplacementItemState, Integer> items = new EnumMap<>(ReplacementItemState.class);
        progress.items().forEach((state, count) -> items.put(EnumMapping.to(ReplacementItemState.class, state), count));
        return new ReplacementProgress(items, progress.perMinute(), progress.estimatedEnd());
    }

    private static DrillSummary drill(ReplacementView.DrillResult result) {
        return new DrillSummary(
                result.drilled(),
                result.medianSeconds(),
                result.p95Seconds(),
                result.totalSeconds(),
                result.selected(),
                result.allSeconds());
    }

    static ReplacementReportLine line(ReportLine line) {
        return new ReplacementReportLine(
                line.rank(),
                line.certificateId(),
                line.name(),
                line.owner(),
                EnumMapping.to(ReplacementItemState.class, line.state()),
                line.fingerprint(),
                line.serial(),
                line.newFingerprint(),
                line.newSerial(),
                line.orderId(),
                line.releasedAt(),
                line.settledAt(),
                line.seconds(),
                line.problem().map(Problems::of));
    }
}
