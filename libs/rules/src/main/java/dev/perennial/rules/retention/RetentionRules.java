package dev.perennial.rules.retention;

import dev.perennial.events.Topic;
import dev.perennial.rules.limits.Bucket;
import dev.perennial.rules.replacement.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How long each kind of row is kept. Nothing that is needed by a row in use is deleted; the rest is kept for a time
 * after it has ended.
 *
 * @param history for rows with audit value: orders, issued certificates with their statuses and revocations,
 *     replacements, timelines
 * @param inactive for rows without audit value: rate limit buckets, failing names, plans that were not approved
 */
public record RetentionRules(Duration history, Duration inactive) {
    /** A dead letter that is replayed refers to orders of this age. */
    public static final Duration MIN_HISTORY = Topic.DEAD_LETTER_RETENTION;

    /** Approvals that were withdrawn or have expired: a principal can request and withdraw without a limit. */
    public static final Duration UNDECIDED_APPROVALS = Duration.ofDays(7);

    /** @throws IllegalArgumentException if the history is kept for less than {@link #MIN_HISTORY} */
    public RetentionRules {
        if (history.compareTo(MIN_HISTORY) < 0) {
            throw new IllegalArgumentException("perennial.retention.history-retention is " + history
                    + "; set it to at least " + MIN_HISTORY.toDays()
                    + " days, because a replayed dead letter refers to orders of this age");
        }
        if (inactive.isNegative()) {
            throw new IllegalArgumentException("perennial.retention.inactive-retention is negative: " + inactive);
        }
    }

    /** An order without a certificate. */
    public Retention order(EndedOrder order) {
        return order.latest() || order.inFlight() || order.unresolved() || order.awaited()
                ? new Retention.Keep()
                : new Retention.DeleteAfter(order.endedAt().plus(history));
    }

    /**
     * An issued certificate, which is deleted together with its orders.
     *
     * @param orders that issued it; rarely more than one
     */
    public Retention certificate(ExpiredCertificate issued, List<EndedOrder> orders) {
        return orders.stream().map(this::order).reduce(certificate(issued), Retention::and);
    }

    private Retention certificate(ExpiredCertificate issued) {
        return issued.current() || issued.newest() || issued.beingRevoked()
                ? new Retention.Keep()
                : new Retention.DeleteAfter(issued.notAfter().plus(history));
    }

    /**
     * A replacement and its items.
     *
     * @param approvableUntil the end of the time in which a plan can be approved
     * @param endedAt empty while it is planned or runs
     */
    public Retention replacement(RunState state, Instant approvableUntil, Optional<Instant> endedAt) {
        if (state == RunState.PLANNED) {
            return new Retention.DeleteAfter(approvableUntil.plus(inactive));
        }
        return endedAt.<Retention>map(at -> new Retention.DeleteAfter(at.plus(history)))
                .orElseGet(Retention.Keep::new);
    }

    /** A bucket without a row is full. */
    public Retention bucket(Bucket bucket) {
        return new Retention.DeleteAfter(
                later(bucket.arrival(), bucket.closedUntil()).plus(inactive));
    }

    /** A name whose validation failed. */
    public Retention failingName(Instant failedAt, Optional<Instant> quarantinedUntil) {
        return new Retention.DeleteAfter(
                later(failedAt, quarantinedUntil.orElse(failedAt)).plus(inactive));
    }

    /** @param at of the latest entry of the timeline that is deleted */
    public Retention timeline(Instant at) {
        return new Retention.DeleteAfter(at.plus(history));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
