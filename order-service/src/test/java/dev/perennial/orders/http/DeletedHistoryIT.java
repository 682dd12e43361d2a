package dev.perennial.orders.http;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateId;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.order.FollowUpOrders;
import dev.perennial.orders.parts.IssuedFixture;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.renewal.RenewalPlanner;
import dev.perennial.orders.retention.RetentionPass;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.renewal.NamedWindows;
import dev.perennial.rules.retention.RetentionRules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A certificate is shown with the part of its history that is not deleted. */
class DeletedHistoryIT {
    private static final Duration LIFE = Duration.ofDays(47);

    private final ServiceFixture parts = new ServiceFixture();
    private final Instant now = parts.clock.instant();

    @Test
    void showsTheHistoryThatIsLeft() {
        StoredOrder first = parts.order(parts.accepted("r1", request("shop", List.of(), "shop.example.com")));
        String deleted = IssuedFixture.issue(parts, first, now.minus(Duration.ofDays(900)), LIFE);
        String kept = IssuedFixture.issue(parts, renewal(first.certificateId()), now, LIFE);
        parts.database.inTransaction(tx ->
                tx.execute("UPDATE certificate_order SET updated_at = now() - interval '800 days' WHERE NOT latest"));
        RetentionPass pass = new RetentionPass(
                new RetentionRules(Duration.ofDays(400), Duration.ofDays(30)),
                parts.database,
                parts.clock,
                parts.meters);

        while (pass.batch()) {
            // The next batch.
        }

        var shown = new CertificatesResource(
                        new CurrentCaller(() -> ServiceFixture.CALLER, parts.database, parts.access),
                        parts.certificateRequests,
                        parts.database,
                        new RenewalPlanner(parts.issuers, NamedWindows.NONE),
                        parts.ownerPolicy)
                .get(first.certificateId().toString());
        assertThat(shown.orders()).hasSize(1);
        assertThat(shown.issued())
                .extracting(it -> it.fingerprint())
                .containsExactly(kept)
                .doesNotContain(deleted);
        assertThat(shown.timeline()).extracting(it -> it.entry()).contains("certificate.issued");
    }

    private StoredOrder renewal(CertificateId certificate) {
        return parts.database.inTransaction(tx -> {
            new FollowUpOrders(tx).order(certificate, OrderCause.RENEWAL_REQUESTED, Map.of(), Outbox.SYSTEM, now);
            return new Orders(tx).of(certificate).getFirst();
        });
    }
}
