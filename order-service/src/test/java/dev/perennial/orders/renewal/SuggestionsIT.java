package dev.perennial.orders.renewal;

import static dev.perennial.orders.renewal.Renewing.renewer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.perennial.acme.RenewalInfo;
import dev.perennial.acme.RenewalInfos;
import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.parts.Parts;
import dev.perennial.orders.parts.Served;
import dev.perennial.orders.scheduling.Chore;
import dev.perennial.orders.store.Issued.Suggestion;
import dev.perennial.orders.store.Issued;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.rules.lifecycle.Cause;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SuggestionsIT {
    private static final Duration LIFE = Duration.ofDays(90);

    private final Parts parts = new Parts();
    private final Instant now = parts.clock.instant().truncatedTo(ChronoUnit.SECONDS);
    private Supplier<RenewalInfo> ca = RenewalInfo.NotOffered::new;
    private final RenewalInfos infos = (issuer, id) -> {
        assertThat(issuer).isEqualTo("local");
        assertThat(id).startsWith("a.");
        return ca.get();
    };
    private final Suggestions suggestions =
            new Suggestions(parts.database, infos, new Renewing(300), parts.clock, parts.meters);
    private CertificateId id;

    @BeforeEach
    void serve() {
        id = Served.with(parts, "shop", now.minus(Duration.ofDays(1)), LIFE);
        known();
        // Planned already, by what was known at first.
        renewer(parts, Duration.ZERO).round();
    }

    @Test
    void renewsWithinTheWindowThatTheCaSuggests() {
        says(Duration.ofDays(10), Duration.ofDays(11), Optional.empty());

        suggestions.ask(id);
        renewer(parts, Duration.ZERO).round();

        assertThat(current().suggestion())
                .contains(
                        new Suggestion(now.plus(Duration.ofDays(10)), now.plus(Duration.ofDays(11)), Optional.empty()));
        assertThat(due(Chore.RENEW)).isBetween(now.plus(Duration.ofDays(10)), now.plus(Duration.ofDays(11)));
        assertThat(due(Chore.POLL_ARI)).isCloseTo(now.plus(Duration.ofHours(6)), within(1, ChronoUnit.MINUTES));
        assertThat(story()).doesNotContain("renewal.suggested");
    }

    @Test
    void replacesAtOnceWhatTheCaIsAboutToRevoke() {
        says(Duration.ofDays(10), Duration.ofDays(11), Optional.empty());
        suggestions.ask(id);
        says(Duration.ofHours(-2), Duration.ofHours(-1), Optional.of("https://ca.example.com/incident"));

        suggestions.ask(id);
        suggestions.ask(id);
        renewer(parts, Duration.ZERO).round();

        StoredOrder order = latest();
        assertThat(order.cause()).isEqualTo(Cause.SUGGESTED_WINDOW);
        assertThat(order.replacesHere()).contains("a.1");
        assertThat(order.isExemptHere()).isTrue();
        assertThat(story()).containsOnlyOnce("renewal.suggested");
    }

    @Test
    void isNotMovedByACaThatWantsEverythingReplacedWithoutEnd() {
        says(Duration.ofHours(-2), Duration.ofHours(-1), Optional.empty());
        suggestions.ask(id);
        renewer(parts, Duration.ZERO).round();
        Served.issue(parts, latest(), now, LIFE);
        known();

        suggestions.ask(id);
        renewer(parts, Duration.ZERO).round();

        assertThat(orders()).hasSize(2);
        assertThat(due(Chore.RENEW)).isEqualTo(now.plus(LIFE.dividedBy(24)));
    }

    @Test
    void goesByWhatTheCaSaidLastWhereItCannotBeAsked() {
        says(Duration.ofDays(10), Duration.ofDays(11), Optional.empty());
        suggestions.ask(id);
        ca = () -> {
            throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "it is down"));
        };

        suggestions.ask(id);
        assertThat(due(Chore.POLL_ARI)).isCloseTo(now.plus(Duration.ofMinutes(1)), within(30, ChronoUnit.SECONDS));
        suggestions.ask(id);
        assertThat(due(Chore.POLL_ARI)).isCloseTo(now.plus(Duration.ofMinutes(10)), within(1, ChronoUnit.MINUTES));

        renewer(parts, Duration.ofDays(12)).round();
        assertThat(latest().cause()).isEqualTo(Cause.SUGGESTED_WINDOW);
    }

    @Test
    void beginsTheLadderAnewAfterAnAnswer() {
        Supplier<RenewalInfo> down = () -> {
            throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "it is down"));
        };
        ca = down;
        suggestions.ask(id);
        ca = () -> new RenewalInfo.Unusable("nonsense");
        suggestions.ask(id);
        ca = down;

        suggestions.ask(id);

        assertThat(due(Chore.POLL_ARI)).isCloseTo(now.plus(Duration.ofMinutes(1)), within(30, ChronoUnit.SECONDS));
    }

    @Test
    void asksACaThatOffersNothingOnceADay() {
        suggestions.ask(id);

        assertThat(due(Chore.POLL_ARI)).isCloseTo(now.plus(Duration.ofDays(1)), within(1, ChronoUnit.MINUTES));
        assertThat(current().suggestion()).isEmpty();
    }

    @Test
    void asksAtOnceAboutWhatWasIssuedWhileTheCaAnswered() {
        says(Duration.ofDays(10), Duration.ofDays(11), Optional.empty());
        Supplier<RenewalInfo> answer = ca;
        ca = () -> {
            parts.database.inTransaction(
                    tx -> new Reorders(tx).order(id, Cause.FORCED, java.util.Map.of(), parts.clock.instant()));
            Served.issue(parts, latest(), now, LIFE);
            return answer.get();
        };

        suggestions.ask(id);

        assertThat(due(Chore.POLL_ARI)).isCloseTo(now, within(1, ChronoUnit.MINUTES));
        assertThat(current().suggestion()).isEmpty();
    }

    private void says(Duration start, Duration end, Optional<String> explanation) {
        ca = () -> new RenewalInfo.Suggested(
                now.plus(start), now.plus(end), explanation.map(URI::create), Optional.of(Duration.ofHours(6)));
    }

    /** What was issued has an authority key identifier, unlike that of the test. */
    private void known() {
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE issued_certificate SET renewal_id = 'a.1' WHERE renewal_id IS NULL"));
    }

    private Issued current() {
        return parts.database.inTransaction(
                tx -> new IssuedCertificates(tx).current(id).orElseThrow());
    }

    private List<StoredOrder> orders() {
        return parts.database.inTransaction(tx -> new Orders(tx).of(id));
    }

    private StoredOrder latest() {
        return orders().getFirst();
    }

    private List<String> story() {
        return parts.database.inTransaction(tx ->
                new Timeline(tx).of(id).stream().map(Timeline.Entry::entry).toList());
    }

    private Instant due(Chore chore) {
        return parts.database.inTransaction(
                tx -> tx.createQuery("SELECT due_at FROM chore WHERE certificate_id = :id AND chore = :chore")
                        .bind("id", id.value())
                        .bind("chore", chore.name())
                        .map((row, context) -> Columns.instant(row, "due_at"))
                        .one());
    }
}
