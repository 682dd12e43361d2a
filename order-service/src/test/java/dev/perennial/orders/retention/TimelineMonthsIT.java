package dev.perennial.orders.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateId;
import dev.perennial.orders.store.Timeline;
import dev.perennial.orders.store.TimelinePartitions;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

class TimelineMonthsIT {
    private static final String STRAY = "SELECT entry FROM timeline_default ORDER BY at";

    private final History history = new History();
    private final UUID certificate = history.certificate();
    private final YearMonth month = YearMonth.from(history.now.atOffset(ZoneOffset.UTC));

    @Test
    void createsTheMonthsAheadAndMovesTheirEntries() {
        history.entry(certificate, history.now, "order.placed");
        history.entry(certificate, TimelinePartitions.start(month.plusMonths(2)), "ahead");
        history.entry(certificate, TimelinePartitions.end(month.plusMonths(2)), "far ahead");
        history.entry(certificate, history.daysAgo(200), "behind");

        history.clean();

        assertThat(months()).containsExactly(month, month.plusMonths(1), month.plusMonths(2));
        assertThat(history.list(STRAY, String.class)).containsExactly("behind", "far ahead");
        assertThat(entries()).containsExactly("order.placed", "ahead", "far ahead", "behind");
        history.entry(certificate, history.now, "certificate.issued");
        history.clean();
        assertThat(history.list(STRAY, String.class)).hasSize(2);
        assertThat(entries()).endsWith("behind", "certificate.issued");
    }

    /** Moving them would lock the default partition for long. */
    @Test
    void leavesManyEntriesOfAMonthInTheDefaultPartition() {
        history.entry(certificate, history.now, "first");
        history.database.inTransaction(tx -> tx.execute("""
                INSERT INTO timeline (certificate_id, order_id, at, entry, detail)
                SELECT certificate_id, order_id, at, entry, detail FROM timeline, generate_series(1, 10000)"""));

        history.clean();

        assertThat(months()).containsExactly(month.plusMonths(1), month.plusMonths(2));
        assertThat(history.list(STRAY, String.class)).hasSize(10_001);
    }

    @Test
    void dropsAMonthWhenAllOfItIsOver() {
        YearMonth over = lastMonthBefore(history.daysAgo(400));
        create(over);
        create(over.plusMonths(1));
        history.entry(certificate, TimelinePartitions.end(over).minusNanos(1_000), "over");
        history.entry(certificate, TimelinePartitions.start(over.plusMonths(1)), "kept");
        history.entry(certificate, history.now, "now");

        history.clean();

        assertThat(months()).startsWith(over.plusMonths(1)).doesNotContain(over);
        assertThat(entries()).containsExactly("kept", "now");
    }

    @Test
    void deletesEntriesWithoutAMonthAfterTheirTime() {
        history.entry(certificate, Instant.EPOCH, "clock at zero");
        history.entry(certificate, history.daysAgo(400.1), "over");
        history.entry(certificate, history.daysAgo(399.9), "kept");

        history.clean();

        assertThat(entries()).containsExactly("kept");
        assertThat(history.deleted("timeline")).isEqualTo(2);
    }

    @Test
    void leavesAMonthInUseToTheNextPass() {
        YearMonth over = lastMonthBefore(history.daysAgo(400));
        create(over);
        history.entry(certificate, TimelinePartitions.start(over), "over");
        String old = history.renewal(certificate, history.daysAgo(600));
        history.renewal(certificate, history.daysAgo(-20));

        try (Handle reader = history.database.open()) {
            reader.begin();
            new Timeline(reader).of(new CertificateId(certificate));
            history.clean();
            reader.rollback();
        }

        assertThat(entries()).containsExactly("over");
        assertThat(history.certificates()).doesNotContain(old);
        history.clean();
        assertThat(entries()).isEmpty();
        assertThat(months()).hasSize(3);
    }

    @Test
    void addsEntriesWhileAMonthIsCreated() {
        create(month);
        try (Handle creating = history.database.open();
                Handle other = history.database.open()) {
            creating.begin();
            assertThat(new TimelinePartitions(creating).lock()).isTrue();
            new TimelinePartitions(creating).create(month.plusMonths(1));

            history.entry(certificate, history.now, "during");

            assertThat(new TimelinePartitions(other).lock())
                    .as("another replica does not change the partitions")
                    .isFalse();
            creating.commit();
        }

        assertThat(entries()).containsExactly("during");
    }

    private static YearMonth lastMonthBefore(Instant at) {
        return YearMonth.from(at.minus(Duration.ofSeconds(1)).atOffset(ZoneOffset.UTC))
                .minusMonths(1);
    }

    private void create(YearMonth month) {
        history.database.inTransaction(tx -> {
            new TimelinePartitions(tx).create(month);
            return month;
        });
    }

    private List<YearMonth> months() {
        return history.database.inTransaction(tx -> new TimelinePartitions(tx).months());
    }

    private List<String> entries() {
        return history.database.inTransaction(tx -> new Timeline(tx).of(new CertificateId(certificate))).stream()
                .map(Timeline.Entry::entry)
                .toList();
    }
}
