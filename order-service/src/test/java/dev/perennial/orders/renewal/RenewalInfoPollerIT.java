package dev.perennial.orders.renewal;

import static dev.perennial.orders.renewal.TestRenewalConfig.renewer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.perennial.acme.RenewalInfo;
import dev.perennial.acme.RenewalInfoSource;
import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.order.FollowUpOrders;
import dev.perennial.orders.parts.IssuedFixture;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.IssuedCertificate.Suggestion;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.rules.lifecycle.OrderCause;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RenewalInfoPollerIT {
    private static final Duration LIFE = Duration.ofDays(90);

    private final ServiceFixture parts = new ServiceFixture();
    private final Instant now = parts.clock.instant().truncatedTo(ChronoUnit.SECONDS);
    private Supplier<RenewalInfo> ca = RenewalInfo.NotOffered::new;
    private final RenewalInfoSource infos = (issuer, id) -> {
        assertThat(issuer).isEqualTo("local");
        assertThat(id).startsWith("a.");
        return ca.get();
    };
    private final RenewalInfoPoller renewalInfo =
            new RenewalInfoPoller(parts.database, infos, new TestRenewalConfig(300), parts.clock, parts.meters);
    private CertificateId id;

    @BeforeEach
    void serve() {
        id = IssuedFixture.with(parts, "shop", now.minus(Duration.ofDays(1)), LIFE);
        setRenewalId();
        // Already planned, without a suggestion.
        renewer(parts, Duration.ZERO).round();
    }

    @Test
    void renewsWithinTheWindowThatTheCaSuggests() {
        suggest(Duration.ofDays(10), Duration.ofDays(11), Optional.empty());

        renewalInfo.poll(id);
        renewer(parts, Duration.ZERO).round();

        assertThat(current().suggestion())
                .contains(
                        new Suggestion(now.plus(Duration.ofDays(10)), now.plus(Duration.ofDays(11)), Optional.empty()));
        assertThat(due(ScheduledTask.RENEW)).isBetween(now.plus(Duration.ofDays(10)), now.plus(Duration.ofDays(11)));
        assertThat(due(ScheduledTask.POLL_ARI)).isCloseTo(now.plus(Duration.ofHours(6)), within(1, ChronoUnit.MINUTES));
        assertThat(timeline()).doesNotContain("renewal.suggested");
    }

    @Test
    void renewsAtOnceBeforeARevocationByTheCa() {
        suggest(Duration.ofDays(10), Duration.ofDays(11), Optional.empty());
        renewalInfo.poll(id);
        suggest(Duration.ofHours(-2), Duration.ofHours(-1), Optional.of("https://ca.example.com/incident"));

        renewalInfo.poll(id);
        renewalInfo.poll(id);
        renewer(parts, Duration.ZERO).round();

        StoredOrder order = latest();
        assertThat(order.cause()).isEqualTo(OrderCause.SUGGESTED_WINDOW);
        assertThat(order.replacesHere()).contains("a.1");
        assertThat(order.isExemptHere()).isTrue();
        assertThat(timeline()).containsOnlyOnce("renewal.suggested");
    }

    @Test
    void delaysTheRenewalIfTheCaAsksTwiceInARow() {
        suggest(Duration.ofHours(-2), Duration.ofHours(-1), Optional.empty());
        renewalInfo.poll(id);
        renewer(parts, Duration.ZERO).round();
        IssuedFixture.issue(parts, latest(), now, LIFE);
        setRenewalId();

        renewalInfo.poll(id);
        renewer(parts, Duration.ZERO).round();

        assertThat(orders()).hasSize(2);
        assertThat(due(ScheduledTask.RENEW)).isEqualTo(now.plus(LIFE.dividedBy(24)));
    }

    @Test
    void keepsTheLastSuggestionWhileTheCaIsUnavailable() {
        suggest(Duration.ofDays(10), Duration.ofDays(11), Optional.empty());
        renewalInfo.poll(id);
        ca = () -> {
            throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "it is down"));
        };

        renewalInfo.poll(id);
        assertThat(due(ScheduledTask.POLL_ARI))
                .isCloseTo(now.plus(Duration.ofMinutes(1)), within(30, ChronoUnit.SECONDS));
        renewalInfo.poll(id);
        assertThat(due(ScheduledTask.POLL_ARI))
                .isCloseTo(now.plus(Duration.ofMinutes(10)), within(1, ChronoUnit.MINUTES));

        renewer(parts, Duration.ofDays(12)).round();
        assertThat(latest().cause()).isEqualTo(OrderCause.SUGGESTED_WINDOW);
    }

    @Test
    void restartsTheRetryScheduleAfterAnAnswer() {
        Supplier<RenewalInfo> down = () -> {
            throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "it is down"));
        };
        ca = down;
        renewalInfo.poll(id);
        ca = () -> new RenewalInfo.Unusable("nonsense");
        renewalInfo.poll(id);
        ca = down;

        renewalInfo.poll(id);

        assertThat(due(ScheduledTask.POLL_ARI))
                .isCloseTo(now.plus(Duration.ofMinutes(1)), within(30, ChronoUnit.SECONDS));
    }

    @Test
    void pollsACaWithoutRenewalInfoOnceADay() {
        renewalInfo.poll(id);

        assertThat(due(ScheduledTask.POLL_ARI)).isCloseTo(now.plus(Duration.ofDays(1)), within(1, ChronoUnit.MINUTES));
        assertThat(current().suggestion()).isEmpty();
    }

    @Test
    void pollsAtOnceForACertificateIssuedDuringThePoll() {
        suggest(Duration.ofDays(10), Duration.ofDays(11), Optional.empty());
        Supplier<RenewalInfo> answer = ca;
        ca = () -> {
            parts.database.inTransaction(tx -> new FollowUpOrders(tx)
                    .order(id, OrderCause.RENEWAL_REQUESTED, java.util.Map.of(), Outbox.SYSTEM, parts.clock.instant()));
            IssuedFixture.issue(parts, latest(), now, LIFE);
            return answer.get();
        };

        renewalInfo.poll(id);

        assertThat(due(ScheduledTask.POLL_ARI)).isCloseTo(now, within(1, ChronoUnit.MINUTES));
        assertThat(current().suggestion()).isEmpty();
    }

    private void suggest(Duration start, Duration end, Optional<String> explanation) {
        ca = () -> new RenewalInfo.Suggested(
                now.plus(start), now.plus(end), explanation.map(URI::create), Optional.of(Duration.ofHours(6)));
    }

    /** Certificates of a real CA have an authority key identifier, unlike those of the test. */
    private void setRenewalId() {
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE issued_certificate SET renewal_id = 'a.1' WHERE renewal_id IS NULL"));
    }

    private IssuedCertificate current() {
        return parts.database.inTransaction(
                tx -> new IssuedCertificates(tx).current(id).orElseThrow());
    }

    private List<StoredOrder> orders() {
        return parts.database.inTransaction(tx -> new Orders(tx).of(id));
    }

    private StoredOrder latest() {
        return orders().getFirst();
    }

    private List<String> timeline() {
        return parts.database.inTransaction(tx ->
                new Timeline(tx).of(id).stream().map(Timeline.Entry::entry).toList());
    }

    private Instant due(ScheduledTask task) {
        return parts.database.inTransaction(
                tx -> tx.createQuery("SELECT due_at FROM scheduled_task WHERE certificate_id = :id AND kind = :kind")
                        .bind("id", id.value())
                        .bind("kind", task.name())
                        .map((row, context) -> Columns.instant(row, "due_at"))
                        .one());
    }
}
