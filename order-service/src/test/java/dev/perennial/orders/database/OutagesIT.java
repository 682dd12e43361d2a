package dev.perennial.orders.database;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.submission.AcceptedOrder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutagesIT {
    private final ServiceFixture parts = new ServiceFixture();
    private final LateClock clock = new LateClock();
    private final Outages outages = new Outages(clock, parts.meters, clock::nanoTime);
    private final Lines log = new Lines();

    @BeforeEach
    void listen() {
        Logger.getLogger(Outages.class.getName()).addHandler(log);
    }

    @AfterEach
    void stop() {
        Logger.getLogger(Outages.class.getName()).removeHandler(log);
    }

    @Test
    void raisesAnAlarmIfARowStaysLockedAndContinuesAfterwards() {
        AcceptedOrder answer = parts.accepted("r1", request("shop", List.of(), "shop.example.com"));
        var held = new AtomicReference<>(
                parts.locking("SELECT * FROM certificate_order WHERE id = '" + answer.orderId() + "'"));

        outages.waitOut("certificate.issued e1", () -> {
            clock.late = clock.late.plusSeconds(50);
            if (!log.lines.isEmpty()) {
                held.get().close();
            }
            return parts.database.inTransaction(tx -> new Orders(tx).lock(answer.orderId()));
        });

        assertThat(parts.meters.counter("perennial_lock_timeouts_total").count())
                .isEqualTo(2);
        assertThat(log.lines).singleElement().satisfies(line -> assertThat(line)
                .startsWith("ALARM: certificate.issued e1 has waited since ")
                .contains("in relation \"certificate_order\"", "docs/operating/kafka.md#locked-rows"));
    }

    @Test
    void raisesAnAlarmForEachRecordThatWaits() {
        waitForALockedRow("first");
        waitForALockedRow("second");

        assertThat(log.lines).hasSize(2);
    }

    private void waitForALockedRow(String name) {
        AcceptedOrder answer = parts.accepted(name, request(name, List.of(), name + ".example.com"));
        int lines = log.lines.size();
        var held = parts.locking("SELECT * FROM certificate_order WHERE id = '" + answer.orderId() + "'");
        AtomicInteger calls = new AtomicInteger();

        outages.waitOut(name, () -> {
            clock.late = clock.late.plusSeconds(50);
            if (log.lines.size() > lines || calls.incrementAndGet() > 4) {
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

    private static final class Lines extends Handler {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void publish(LogRecord logged) {
            lines.add(logged.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
