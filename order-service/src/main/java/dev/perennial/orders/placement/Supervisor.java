package dev.perennial.orders.placement;

import dev.perennial.events.OrderId;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.order.OrderTransitions;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.Input;
import io.opentelemetry.api.trace.SpanKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Applies passed deadlines to orders. If two replicas select the same order, its row is locked, and the second input
 * is ignored.
 */
@Singleton
public class Supervisor {
    private static final int BATCH = 100;

    private final Database database;
    private final OrderTransitions transitions;
    private final Clock clock;

    @Inject
    public Supervisor(Database database, OrderTransitions transitions, Clock clock) {
        this.database = database;
        this.transitions = transitions;
        this.clock = clock;
    }

    /** @return whether more orders may be overdue */
    boolean round() {
        List<OrderId> overdue = database.inTransaction(tx -> new Orders(tx).overdue(BATCH, clock.instant()));
        overdue.forEach(this::applyDeadline);
        return overdue.size() == BATCH;
    }

    private void applyDeadline(OrderId id) {
        Optional<StoredOrder> order = database.inTransaction(tx -> new Orders(tx).find(id));
        Spans.inSpan(
                Spans.context(order.flatMap(StoredOrder::traceparent)),
                "supervise order",
                SpanKind.INTERNAL,
                Map.of("perennial.order.id", id.toString()),
                () -> database.inTransaction(tx -> transitions.apply(tx, id, input(tx, id))));
    }

    /** An order whose certificate has been replaced no longer waits for its hosts. */
    private static Input input(Handle tx, OrderId id) {
        return new Orders(tx).isReplaced(id) ? new Input.Superseded() : new Input.DeadlinePassed();
    }
}
