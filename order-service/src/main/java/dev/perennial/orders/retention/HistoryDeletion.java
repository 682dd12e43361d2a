package dev.perennial.orders.retention;

import dev.perennial.events.OrderId;
import dev.perennial.orders.access.AccessLog;
import dev.perennial.orders.approvals.ApprovalTable;
import dev.perennial.orders.issuer.limits.InactiveLimits;
import dev.perennial.orders.replacement.EndedReplacements;
import dev.perennial.orders.revocation.RevocationTable;
import dev.perennial.orders.status.StatusTable;
import dev.perennial.orders.store.EndedOrders;
import dev.perennial.orders.store.ExpiredCertificates;
import dev.perennial.rules.retention.RetentionRules;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Applies the rules to each kind of row: gather, decide, delete. */
final class HistoryDeletion {
    private final RetentionRules rules;

    HistoryDeletion(RetentionRules rules) {
        this.rules = rules;
    }

    /** Issued certificates with their orders, statuses and revocations. */
    void certificates(Batch<ExpiredCertificates.Position> batch) {
        ExpiredCertificates table = new ExpiredCertificates(batch.tx());
        List<ExpiredCertificates.Row> expired =
                table.find(batch.now().minus(rules.history()), batch.position(), batch.limit());
        if (expired.isEmpty()) {
            return;
        }
        batch.selected(expired.getLast().position(), expired.size());
        List<ExpiredCertificates.Row> locked = table.lock(expired.stream()
                .filter(it -> isOver(batch, it, List.of()))
                .map(ExpiredCertificates.Row::fingerprint)
                .toList());
        Map<String, List<EndedOrders.Row>> orders = new EndedOrders(batch.tx()).lock(locked);
        Set<String> over = locked.stream()
                .filter(it -> orders.containsKey(it.fingerprint()) && isOver(batch, it, orders.get(it.fingerprint())))
                .map(ExpiredCertificates.Row::fingerprint)
                .collect(Collectors.toSet());
        batch.deleted("certificate_status", new StatusTable(batch.tx()).delete(over));
        batch.deleted("revocation", new RevocationTable(batch.tx()).delete(over));
        batch.deleted("issued_certificate", table.delete(over));
        delete(batch, over.stream().map(orders::get).flatMap(List::stream));
    }

    private boolean isOver(Batch<?> batch, ExpiredCertificates.Row issued, List<EndedOrders.Row> orders) {
        return rules.certificate(
                        issued.facts(),
                        orders.stream().map(EndedOrders.Row::facts).toList())
                .isOver(batch.now());
    }

    /** Orders without a certificate. */
    void orders(Batch<EndedOrders.Position> batch) {
        List<EndedOrders.Row> ended =
                new EndedOrders(batch.tx()).lock(batch.now().minus(rules.history()), batch.position(), batch.limit());
        if (ended.isEmpty()) {
            return;
        }
        batch.selected(ended.getLast().position(), ended.size());
        delete(batch, ended.stream().filter(it -> rules.order(it.facts()).isOver(batch.now())));
    }

    private static void delete(Batch<?> batch, Stream<EndedOrders.Row> orders) {
        Collection<OrderId> ids = orders.map(EndedOrders.Row::id).collect(Collectors.toSet());
        EndedOrders.Deleted deleted = new EndedOrders(batch.tx()).delete(ids);
        batch.deleted("certificate_order", deleted.orders());
        batch.deleted("deployment", deleted.deployments());
    }

    /** One replacement, or a part of its items. */
    void replacements(Batch<UUID> batch) {
        EndedReplacements table = new EndedReplacements(batch.tx());
        UUID before = batch.position();
        List<EndedReplacements.Row> rows = table.find(before, batch.limit());
        if (rows.isEmpty()) {
            return;
        }
        Optional<EndedReplacements.Row> over = rows.stream()
                .filter(it -> rules.replacement(it.state(), it.expiresAt(), it.endedAt())
                        .isOver(batch.now()))
                .findFirst();
        if (over.isEmpty()) {
            batch.selected(rows.getLast().id(), rows.size());
            return;
        }
        batch.selected(over.get().id(), batch.limit());
        EndedReplacements.Deleted deleted = table.delete(over.get(), batch.limit());
        batch.deleted("replacement_item", deleted.items());
        batch.deleted("replacement", deleted.replacements());
        if (deleted.items() > 0 && deleted.replacements() == 0) {
            batch.unfinished(before);
        }
    }

    /** Recorded decisions about access. */
    void accessDecisions(Batch<Long> batch) {
        AccessLog log = new AccessLog(batch.tx());
        List<Long> over = log.older(batch.now().minus(rules.history()), batch.position(), batch.limit());
        if (!over.isEmpty()) {
            batch.selected(over.getLast(), over.size());
            batch.deleted("access_decision", log.delete(over));
        }
    }

    /** Approvals that are decided, and, after a shorter time, those that were withdrawn or have expired. */
    void approvals(Batch<UUID> batch) {
        ApprovalTable table = new ApprovalTable(batch.tx());
        List<UUID> over = table.ended(
                batch.now().minus(rules.history()),
                batch.now().minus(RetentionRules.UNDECIDED_APPROVALS),
                batch.position(),
                batch.limit());
        if (!over.isEmpty()) {
            batch.selected(over.getLast(), over.size());
            batch.deleted("approval", table.delete(over));
        }
    }

    /** Rate limit buckets that are full. */
    void buckets(Batch<String> batch) {
        InactiveLimits table = new InactiveLimits(batch.tx());
        List<InactiveLimits.BucketRow> rows = table.buckets(batch.position(), batch.limit());
        if (rows.isEmpty()) {
            return;
        }
        batch.selected(rows.getLast().id(), rows.size());
        batch.deleted(
                "rate_limit_bucket",
                table.deleteBuckets(rows.stream()
                        .filter(it -> rules.bucket(it.bucket()).isOver(batch.now()))
                        .toList()));
    }

    /** Names that have not failed again. */
    void failingNames(Batch<InactiveLimits.NameKey> batch) {
        InactiveLimits table = new InactiveLimits(batch.tx());
        List<InactiveLimits.NameRow> rows = table.names(batch.position(), batch.limit());
        if (rows.isEmpty()) {
            return;
        }
        batch.selected(rows.getLast().key(), rows.size());
        batch.deleted(
                "failing_name",
                table.deleteNames(rows.stream()
                        .filter(it -> rules.failingName(it.failedAt(), it.quarantinedUntil())
                                .isOver(batch.now()))
                        .toList()));
    }
}
