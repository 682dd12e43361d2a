package dev.perennial.orders.scheduling;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateId;
import dev.perennial.orders.parts.ServiceFixture;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduledTasksIT {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant LEASE = NOW.plus(Duration.ofMinutes(1));

    private final ServiceFixture parts = new ServiceFixture();

    @Test
    void leasesDueTasksInOrderOfExpiry() {
        CertificateId later = with("later", NOW.minusSeconds(9), Duration.ofDays(9));
        CertificateId sooner = with("sooner", NOW, Duration.ofDays(1));
        with("not-due", NOW.plusSeconds(1), Duration.ofHours(1));

        assertThat(lease(10, NOW)).containsExactly(sooner, later);
        assertThat(lease(10, NOW)).isEmpty();
        assertThat(lease(10, LEASE)).hasSize(3);
    }

    @Test
    void leasesAtMostTheLimit() {
        CertificateId later = with("later", NOW, Duration.ofDays(9));
        CertificateId sooner = with("sooner", NOW, Duration.ofDays(1));

        assertThat(lease(1, NOW)).containsExactly(sooner);
        assertThat(lease(1, NOW)).containsExactly(later);
    }

    @Test
    void skipsTasksThatAnotherTransactionLeases() {
        CertificateId one = with("one", NOW, Duration.ofDays(1));

        parts.database.inTransaction(tx -> {
            assertThat(new ScheduledTasks(tx).lease(ScheduledTask.RENEW, 10, LEASE, NOW))
                    .containsExactly(one);
            assertThat(lease(10, NOW)).isEmpty();
            return tx;
        });
    }

    @Test
    void runsNoTaskThatIsDueOnlyByAClockThatIsAhead() {
        with("one", parts.clock.instant().plus(Duration.ofHours(1)), Duration.ofDays(90));
        TaskRunner ahead = new TaskRunner(
                parts.database,
                ScheduledTask.RENEW,
                1,
                Duration.ofMinutes(1),
                Clock.offset(parts.clock, Duration.ofHours(4)),
                certificate -> {});

        assertThat(ahead.round()).as("a task was leased").isFalse();
    }

    @Test
    void deletesTheTasksOfACertificate() {
        CertificateId one = with("one", NOW, Duration.ofDays(1));

        parts.database.inTransaction(tx -> {
            new ScheduledTasks(tx).drop(one);
            return tx;
        });

        assertThat(lease(10, NOW)).isEmpty();
    }

    private CertificateId with(String name, Instant dueAt, Duration life) {
        CertificateId id = parts.accepted(name, request(name, List.of(), name + ".example.com"))
                .certificateId();
        parts.database.inTransaction(tx -> {
            new ScheduledTasks(tx).set(id, ScheduledTask.RENEW, dueAt, NOW.plus(life), NOW);
            return tx;
        });
        return id;
    }

    private List<CertificateId> lease(int limit, Instant now) {
        return parts.database.inTransaction(tx -> new ScheduledTasks(tx).lease(ScheduledTask.RENEW, limit, LEASE, now));
    }
}
