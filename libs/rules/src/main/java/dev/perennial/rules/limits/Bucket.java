package dev.perennial.rules.limits;

import dev.perennial.rules.lifecycle.StoredWait;
import java.time.Duration;
import java.time.Instant;

/**
 * The state of one bucket, by the generic cell rate algorithm: one time instead of a count and a time.
 *
 * @param arrival theoretical arrival time: when the bucket is full again
 * @param closedUntil no token is taken before this time, because the CA has said so
 */
public record Bucket(Instant arrival, Instant closedUntil) {
    /** Never used. */
    public static final Bucket FULL = new Bucket(Instant.EPOCH, Instant.EPOCH);

    /** The longest wait after a 429 that is accepted from a CA. */
    private static final Duration LONGEST_CLOSURE = Duration.ofDays(7);

    /** The earliest time, {@code now} or later, at which one token can be taken if no other is taken before. */
    public Instant earliest(Limit limit, Instant now) {
        return later(opens(now), arrival(limit, now).plus(limit.interval()).minus(limit.depth()));
    }

    /** Tokens that can be taken now; 0 while the CA has closed the bucket. */
    public int left(Limit limit, Instant now) {
        Duration room = Duration.between(later(arrival(limit, now), now), now.plus(limit.depth()));
        return opens(now).isAfter(now) || room.isNegative() ? 0 : (int) room.dividedBy(limit.interval());
    }

    /** The earliest time, {@code now} or later, at which the CA has not closed the bucket. */
    public Instant opens(Instant now) {
        return later(now, StoredWait.end(closedUntil, LONGEST_CLOSURE, now));
    }

    /** @throws IllegalStateException if the bucket is empty; callers check before they take */
    public Bucket take(Limit limit, Instant now) {
        if (earliest(limit, now).isAfter(now)) {
            throw new IllegalStateException("the bucket is empty until " + earliest(limit, now));
        }
        return new Bucket(later(arrival(limit, now), now).plus(limit.interval()), closedUntil);
    }

    /** Takes a token for a past event. An empty bucket stays empty. */
    public Bucket spend(Limit limit, Instant now) {
        Instant bounded = arrival(limit, now);
        Instant next = later(bounded, now).plus(limit.interval());
        Instant empty = now.plus(limit.depth());
        return new Bucket(later(bounded, next.isBefore(empty) ? next : empty), closedUntil);
    }

    /** Returns a token that was taken and not used. */
    public Bucket refund(Limit limit) {
        Instant back = arrival.minus(limit.interval());
        return new Bucket(later(back, Instant.EPOCH), closedUntil);
    }

    /** The CA accepts nothing before {@code until}. */
    public Bucket closed(Instant until) {
        return new Bucket(arrival, later(closedUntil, until));
    }

    /** The CA accepts nothing before {@code until}, and one request at that time; the model was wrong. */
    public Bucket emptied(Limit limit, Instant until) {
        Instant oneThen = until.plus(limit.depth()).minus(limit.interval());
        return new Bucket(later(arrival, oneThen), later(closedUntil, until));
    }

    /** No bucket is emptier than empty, also not one that was stored with a clock that was ahead. */
    private Instant arrival(Limit limit, Instant now) {
        return StoredWait.end(arrival, limit.depth(), opens(now));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
