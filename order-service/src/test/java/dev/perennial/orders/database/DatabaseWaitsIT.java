package dev.perennial.orders.database;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.orders.parts.LogLines;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.submission.AcceptedOrder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DatabaseWaitsIT {
    private final ServiceFixture parts = new ServiceFixture();
    private final LateClock clock = new LateClock();
    private final DatabaseWaits waits = new DatabaseWaits(clock, parts.meters, clock::nanoTime);
    private final LogLines log = new LogLines(DatabaseWaits.class);

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void raisesAnAlarmIfARowStaysLockedAndContinuesAfterwards() {
        AcceptedOrder answer = parts.accepted("r1", request("shop", List.of(), "shop.example.com"));
        var held = new AtomicReference<>(
                parts.locking("SELECT * FROM certificate_order WHERE id = '" + answer.orderId() + "'"));

        waits.call("certificate.issued e1", () -> {
            clock.late = clock.late.plusSeconds(50);
            if (!log.all().isEmpty()) {
                held.get().close();
            }
            return parts.database.inTransaction(tx -> new Orders(tx).lock(answer.orderId()));
        });

        assertThat(parts.meters.counter("perennial_lock_timeouts_total").count())
                .isEqualTo(2);
        assertThat(log.all()).singleElement().satisfies(line -> assertThat(line)
                .startsWith("ALARM: certificate.issued e1 has waited since ")
                .contains("in relation \"certificate_order\"", "docs/operating/database.md#locked-rows"));
    }

    @Test
    void raisesAnAlarmForEachRecordThatWaits() {
        waitForALockedRow("first");
        waitForALockedRow("second");

        assertThat(log.all()).hasSize(2);
    }

    private void waitForALockedRow(String name) {
        AcceptedOrder answer = parts.accepted(name, request(name, List.of(), name + ".example.com"));
        int lines = log.all().size();
        var held = parts.locking("SELECT * FROM certificate_order WHERE id = '" + answer.orderId() + "'");
        AtomicInteger calls = new AtomicInteger();

        waits.call(name, () -> {
            clock.late = clock.late.plusSeconds(50);
            if (log.all().size() > lines || calls.incrementAndGet() > 4) {
                held.close();
            }
            return parts.database.inTransaction(tx -> new Orders(tx).lock(answer.orderId()));
        });
    }

    /** The system clock, later by a settable duration. */
    private static final class LateClock extends Clock {
        private Duration late = Duration.ZERO;

        private long nanoTime() {
            return System.nanoTime() + late.toNanos();
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(late);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
