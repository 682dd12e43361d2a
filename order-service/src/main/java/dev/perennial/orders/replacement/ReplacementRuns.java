package dev.perennial.orders.replacement;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.database.UnreadableRowException;
import dev.perennial.orders.issuer.limits.Budget;
import dev.perennial.orders.order.OrderTransitions;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.replacement.Candidate;
import dev.perennial.rules.replacement.FailureThreshold;
import dev.perennial.rules.replacement.ItemResult;
import dev.perennial.rules.replacement.ItemState;
import dev.perennial.rules.replacement.ReleaseLimit;
import dev.perennial.rules.replacement.RunState;
import dev.perennial.rules.replacement.RunStateMachine;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Advances each run by one step in one transaction: records the results of its orders, checks the failure threshold,
 * and releases the next items. If the process ends, the run is unchanged, and any replica continues it.
 */
@Singleton
public class ReplacementRuns {
    private static final Logger LOG = Logger.getLogger(ReplacementRuns.class);

    /** Items that are examined for each free slot, because most of them may have to wait for the limits of the CA. */
    private static final int EXAMINED_PER_SLOT = 20;

    private final Database database;
    private final ItemStarter starter;
    private final OrderTransitions transitions;
    private final Budget budget;
    private final FailureThreshold failureThreshold;
    private final Clock clock;
    private final MeterRegistry meters;

    @Inject
    public ReplacementRuns(
            Database database,
            ItemStarter starter,
            OrderTransitions transitions,
            Budget budget,
            ReplacementConfig config,
            Clock clock,
            MeterRegistry meters) {
        this.database = database;
        this.starter = starter;
        this.transitions = transitions;
        this.budget = budget;
        this.failureThreshold = new FailureThreshold(config.failureSample(), config.maxFailurePercent());
        this.clock = clock;
        this.meters = meters;
    }

    /** @return whether more work is possible at once */
    boolean round() {
        boolean more = false;
        for (UUID id : database.inTransaction(tx -> new ReplacementTable(tx).unfinished())) {
            more |= advance(id);
        }
        return more;
    }

    /** A failure of one run must not stop the others. */
    private boolean advance(UUID id) {
        try {
            boolean more = database.inTransaction(tx -> new ReplacementTable(tx)
                    .lockIfFree(id)
                    .map(run -> new Step(tx, run, clock.instant()).take())
                    .orElse(false));
            return more;
        } catch (RetryLater e) {
            if (!Database.isLocked(e)) {
                throw e;
            }
            LOG.debugf("replacement %s is advanced in the next round: %s", id, e.getMessage());
            return false;
        } catch (RuntimeException e) {
            LOG.errorf(e, "replacement %s could not be advanced because of a defect; it is retried", id);
            return false;
        }
    }

    /** One transaction. */
    private final class Step {
        private final Handle tx;
        private final StoredReplacement run;
        private final Instant now;
        private final ReplacementItems items;

        Step(Handle tx, StoredReplacement run, Instant now) {
            this.tx = tx;
            this.run = run;
            this.now = now;
            this.items = new ReplacementItems(tx, run.id());
        }

        boolean take() {
            int inProgress = settle();
            if (run.state() == RunState.RUNNING && exceedsThreshold()) {
                stop();
                return false;
            }
            boolean more = run.state() == RunState.RUNNING && release(run.atOnce() - inProgress);
            end();
            return more;
        }

        /** @return the number of occupied slots */
        private int settle() {
            if (!run.drill()) {
                items.skipRetired(Problem.of(ErrorCode.REPLACEMENT_CONFLICT, "the certificate is retired"), now);
                items.followOrders();
            }
            Orders orders = new Orders(tx);
            int inProgress = 0;
            for (ReplacementItems.Released item : items.released()) {
                ItemResult observed = observed(orders, item.order());
                ItemResult result = run.drill() ? drilled(item, observed) : observed;
                if (result.state() != item.state() || !result.problem().equals(item.problem())) {
                    items.settle(item.rank(), result, now);
                }
                if (result.state() == ItemState.IN_PROGRESS) {
                    inProgress++;
                }
            }
            return inProgress;
        }

        private ItemResult observed(Orders orders, OrderId id) {
            try {
                StoredOrder order = orders.find(id).orElseThrow();
                return ItemResult.of(order.state(), order.waitProblem(), order.lastProblem());
            } catch (UnreadableRowException e) {
                return new ItemResult(
                        ItemState.FAILED,
                        Optional.empty(),
                        Optional.of(Problem.of(ErrorCode.INTERNAL, "the row of the order cannot be read")));
            }
        }

        /** A drill does not wait: a retried item fails, and its order ends. */
        private ItemResult drilled(ReplacementItems.Released item, ItemResult observed) {
            if (observed.state() != ItemState.RETRYING) {
                return observed;
            }
            transitions.apply(tx, item.order(), new Input.Superseded());
            return new ItemResult(ItemState.FAILED, observed.fingerprint(), observed.problem());
        }

        private boolean exceedsThreshold() {
            List<ItemState> outcomes = items.outcomes(run.runningSince().orElseThrow(), failureThreshold.last());
            return failureThreshold.stops(outcomes);
        }

        private void stop() {
            Problem why = Problem.of(
                    ErrorCode.REPLACEMENT_STOPPED,
                    "paused automatically: " + failureThreshold.bad() + " of the last " + failureThreshold.last()
                            + " certificates failed; check the report, fix the cause, then resume or cancel the replacement");
            transition(RunStateMachine.Command.STOP, Optional.of(why));
            meters.counter("perennial_replacement_stops_total").increment();
            LOG.errorf(
                    "ALARM: replacement %s (%s): %s; see docs/operating/replacement.md#the-run",
                    run.id(), run.reason(), why.detail());
        }

        /** @return whether more items may be released at once */
        private boolean release(int room) {
            if (room <= 0) {
                return false;
            }
            List<ReplacementItems.Waiting> due = items.due(room * EXAMINED_PER_SLOT, now);
            List<Candidate> candidates =
                    due.stream().map(item -> starter.placed(run, item.now())).toList();
            LimitedRelease releaseLimit = new LimitedRelease(tx, budget);
            releaseLimit.add(candidates);
            int free = room;
            for (int i = 0; i < due.size() && free > 0; i++) {
                int rank = due.get(i).rank();
                Optional<ReleaseLimit.Wait> wait = releaseLimit.admit(candidates.get(i), now);
                if (wait.isPresent()) {
                    items.postpone(rank, wait.get().until(), now);
                } else if (starter.start(tx, run, due.get(i), now)) {
                    free--;
                }
            }
            return free > 0 && due.size() == room * EXAMINED_PER_SLOT;
        }

        private void end() {
            Map<ItemState, Integer> counts = items.count();
            int released = counts.get(ItemState.IN_PROGRESS) + counts.get(ItemState.RETRYING);
            boolean waits = run.state() != RunState.CANCELLED && counts.get(ItemState.WAITING) > 0;
            if (released > 0 || waits) {
                return;
            }
            transition(RunStateMachine.Command.FINISH, Optional.empty());
            new ReplacementTable(tx).ended(run.id(), now);
            LOG.infof("replacement %s (%s) has ended: %s", run.id(), run.reason(), counts);
        }

        private void transition(RunStateMachine.Command command, Optional<Problem> why) {
            if (RunStateMachine.on(run.state(), command, false) instanceof RunStateMachine.Move.To to) {
                new ReplacementTable(tx).move(run.id(), to.next(), why, now);
            }
        }
    }
}
