package dev.perennial.orders.placing;

import dev.perennial.acme.AcmeAccounts;
import dev.perennial.acme.AcmeAccounts.Registration;
import dev.perennial.acme.Placement;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.inventory.Orders;
import dev.perennial.orders.inventory.StoredOrder;
import dev.perennial.orders.lifecycle.Input;
import dev.perennial.orders.moves.Moves;
import dev.perennial.orders.work.Wakeups;
import dev.perennial.platform.messaging.Patience;
import dev.perennial.platform.telemetry.LogContext;
import dev.perennial.platform.telemetry.Spans;
import io.opentelemetry.api.trace.SpanKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/** Takes due orders and places each on a virtual thread of its own. */
@Singleton
public class Placer {
    private static final Logger LOG = Logger.getLogger(Placer.class);
    /** Shorter than the lease: after it somebody else may be at work on the order. */
    private static final Patience COMMIT =
            new Patience(Duration.ofMillis(100), Duration.ofSeconds(2), Duration.ofSeconds(30));

    private final Database database;
    private final AcmeAccounts accounts;
    private final Moves moves;
    private final PlacingConfig config;
    private final Clock clock;
    private final Wakeups wakeups;
    private final Semaphore free;

    @Inject
    public Placer(
            Database database, AcmeAccounts accounts, Moves moves, PlacingConfig config, Clock clock, Wakeups wakeups) {
        this.database = database;
        this.accounts = accounts;
        this.moves = moves;
        this.config = config;
        this.clock = clock;
        this.wakeups = wakeups;
        this.free = new Semaphore(config.inFlight());
    }

    /** @return whether there may be more to place and room to do it */
    boolean round() {
        int room = free.drainPermits();
        if (room == 0) {
            return false;
        }
        int taken = 0;
        try {
            List<StoredOrder> leased =
                    database.inTransaction(tx -> new Orders(tx).lease(room, config.lease(), clock.instant()));
            for (StoredOrder order : leased) {
                taken++;
                Thread.ofVirtual().name("placing-", 0).start(() -> placeAndFree(order));
            }
        } finally {
            free.release(room - taken);
        }
        return taken == room;
    }

    private void placeAndFree(StoredOrder order) {
        try {
            place(order);
        } catch (RuntimeException e) {
            LOG.errorf(
                    e,
                    "order %s was not placed, or not stored as placed; it is placed again when its lease runs out, within %s",
                    order.id(),
                    config.lease());
        } finally {
            free.release();
            wakeups.orderDue().raise();
        }
    }

    void place(StoredOrder order) {
        MDC.put(LogContext.CERTIFICATE_ID, order.certificateId().toString());
        MDC.put(LogContext.ORDER_ID, order.id().toString());
        try {
            Spans.inSpan(
                    Spans.context(order.traceparent()),
                    "place order",
                    SpanKind.INTERNAL,
                    Map.of(
                            "perennial.order.id", order.id().toString(),
                            "perennial.certificate.id", order.certificateId().toString(),
                            "perennial.issuer", order.spec().issuer()),
                    () -> {
                        Input input = ask(order);
                        return COMMIT.insist(
                                "placement of " + order.id(),
                                clock,
                                () -> database.inTransaction(tx -> moves.apply(tx, order.id(), input)));
                    });
        } finally {
            MDC.remove(LogContext.CERTIFICATE_ID);
            MDC.remove(LogContext.ORDER_ID);
        }
        wakeups.factWritten().raise();
    }

    private Input ask(StoredOrder order) {
        int attempt = order.state().attempt();
        try {
            Placement placement = accounts.of(order.spec().issuer(), Registration.IF_ABSENT)
                    .place(order.spec().identifiers());
            return switch (placement) {
                case Placement.Placed placed -> new Input.Placed(attempt, placed.order());
                case Placement.Refused refused -> new Input.PlacementRefused(attempt, refused.problem());
            };
        } catch (RetryLater e) {
            return new Input.PlacementPostponed(attempt, e.problem());
        } catch (RuntimeException e) {
            // A defect, or an issuer that was taken out of the configuration: visible on the order, and tried again.
            LOG.errorf(e, "order %s could not be placed; it is tried again, see its timeline", order.id());
            return new Input.PlacementPostponed(
                    attempt,
                    Problem.of(
                            ErrorCode.INTERNAL,
                            "a defect of the order-service, or an issuer that is no longer configured, kept the order from being"
                                    + " placed; its log has the cause under the order's trace id",
                            e.getClass().getSimpleName()));
        }
    }

    /** @return the orders that are being placed now */
    int inFlight() {
        return config.inFlight() - free.availablePermits();
    }
}
