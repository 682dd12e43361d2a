package dev.perennial.orders.placement;

import static dev.perennial.orders.placement.PlacerRuns.once;
import static dev.perennial.orders.placement.PlacerRuns.placer;
import static dev.perennial.orders.placement.PlacerRuns.until;
import static dev.perennial.orders.placement.PlacerRuns.untilIdle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.orders.store.StateName;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.lifecycle.Input;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A CA that hangs does not delay the orders of another one. */
class InProgressLimitIT extends TwoIssuersSetup {
    @Test
    void placesOrdersOfAnotherIssuerWhileOneHasItsShareInProgress() {
        List<AcceptedOrder> hanging = orders(10, HANGING, "web");
        untilIdle(placer);
        List<AcceptedOrder> healthy = orders(2, HEALTHY, "web");
        untilIdle(placer);

        assertThat(in(StateName.PLACED, hanging)).hasSize(4);
        assertThat(in(StateName.PLACED, healthy)).hasSize(2);
        assertThat(in(StateName.DUE, hanging)).allSatisfy(order -> {
            Problem why = order.waitProblem().orElseThrow();
            assertThat(why.code()).isEqualTo(ErrorCode.WAITING_FOR_CAPACITY);
            assertThat(why.detail()).contains("'" + HANGING + "'");
            assertThat(why.nextAttemptAt()).isEqualTo(order.dueAt());
            assertThat(order.dueAt().orElseThrow()).isAfter(parts.clock.instant());
        });
    }

    @Test
    void placesAWaitingOrderAsSoonAsAnotherOneOfTheIssuerHasLeft() {
        List<AcceptedOrder> orders = orders(6, HANGING, "web");
        untilIdle(placer);
        assertThat(in(StateName.PLACED, orders)).hasSize(4);

        move(in(StateName.PLACED, orders).getFirst(), new Input.Authorized(1));
        untilIdle(placer);
        assertThat(in(StateName.PLACED, orders))
                .as("the issuance-service processes it")
                .hasSize(3);

        move(in(StateName.AUTHORIZED, orders).getFirst(), new Input.Issued(1, "f1", List.of()));
        untilIdle(placer);
        assertThat(in(StateName.PLACED, orders)).hasSize(4);
    }

    @Test
    void countsNoOrderThatWaitsForItsResumption() {
        List<AcceptedOrder> orders = orders(6, HANGING, "web");
        untilIdle(placer);
        in(StateName.PLACED, orders).forEach(order -> move(order, rejected()));

        untilIdle(placer);

        assertThat(in(StateName.PLACED, orders)).hasSize(6);
        StoredOrder interrupted = parts.order(orders.getFirst());
        Problem why = interrupted.lastProblem().orElseThrow();
        assertThat(why.code()).isEqualTo(ErrorCode.CA_UNAVAILABLE);
        assertThat(why.nextAttemptAt()).isEqualTo(interrupted.deadlineAt());
    }

    @Test
    void countsNoOrderWhoseReportIsMissingForTooLong() {
        List<AcceptedOrder> orders = orders(8, HANGING, "web");
        untilIdle(placer);
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE certificate_order SET updated_at = now() - interval '6 minutes'"));

        untilIdle(placer);

        assertThat(in(StateName.PLACED, orders)).hasSize(8);
    }

    @Test
    void placesOrdersOfAnotherIssuerWhileNewOrdersHang() {
        CountDownLatch answers = new CountDownLatch(1);
        accounts.behaviour = identifiers -> {
            if (identifiers.getFirst().value().startsWith(HANGING)) {
                await(answers);
            }
            return accounts.accept(identifiers);
        };
        Placer narrow = placer(parts, accounts, 4);
        List<AcceptedOrder> hanging = orders(10, HANGING, "web");
        narrow.round();
        narrow.round();
        List<AcceptedOrder> healthy = orders(3, HEALTHY, "web");

        until(() -> {
            narrow.round();
            return in(StateName.PLACED, healthy).size() == 3;
        });

        assertThat(in(StateName.DUE, hanging)).hasSize(10);
        assertThat(narrow.inFlight()).isEqualTo(2);
        answers.countDown();
        until(() -> narrow.inFlight() == 0);
        untilIdle(narrow);
        assertThat(in(StateName.PLACED, hanging)).hasSize(10);
    }

    /** A long queue must not be written again every minute. */
    @Test
    void waitsLongerTheOlderTheOrderIs() {
        List<AcceptedOrder> orders = orders(6, HANGING, "web");
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE certificate_order SET created_at = now() - interval '10 minutes'"));

        untilIdle(placer);

        assertThat(in(StateName.DUE, orders)).hasSize(2).allSatisfy(order -> assertThat(
                        order.dueAt().orElseThrow())
                .isAfter(parts.clock.instant().plus(Duration.ofMinutes(9))));
    }

    /** It would otherwise wait for the issuer that is down although another one could take it. */
    @Test
    void placesAWaitingOrderAtTheFallbackWhenItsTimeComes() {
        List<AcceptedOrder> orders = orders(5, HANGING, "web");
        untilIdle(placer);
        parts.candidates = spec -> List.of(HANGING, HEALTHY);
        parts.database.inTransaction(tx -> {
            for (int i = 0; i < 3; i++) {
                parts.failover.observe(
                        tx,
                        in(StateName.PLACED, orders).getFirst(),
                        rejected(),
                        parts.clock.instant().minus(Duration.ofMinutes(1)));
            }
            return tx.execute("UPDATE certificate_order SET due_at = now() WHERE state = 'DUE'");
        });

        once(placer);

        assertThat(in(StateName.PLACED, orders)).hasSize(5);
        assertThat(in(StateName.PLACED, orders)).extracting(StoredOrder::issuer).contains(HEALTHY);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
