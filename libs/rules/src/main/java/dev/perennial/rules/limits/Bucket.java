package dev.perennial.rules.limits;

import java.time.Duration;
import java.time.Instant;

/**
 * The state of one bucket, by the generic cell rate algorithm: one moment instead of a count and a time.
 *
 * @param arrival theoretical arrival time: when the bucket is full again
 * @param closedUntil nothing is taken before, whatever the model says: the CA said so
 */
public record Bucket(Instant arrival, Instant closedUntil) {
    /** Never used. */
    public static final Bucket FULL = new Bucket(Instant.EPOCH, Instant.EPOCH);

    /** The first moment, {@code now} or later, at which one token can be taken if nobody else takes one before. */
    public Instant earliest(Limit limit, Instant now) {
        return later(opens(now), arrival.plus(limit.interval()).minus(limit.depth()));
    }

    /** How many tokens could be taken now; none while the CA has closed it. */
    public int left(Limit limit, Instant now) {
        Duration room = Duration.between(later(arrival, now), now.plus(limit.depth()));
        return opens(now).isAfter(now) || room.isNegative() ? 0 : (int) room.dividedBy(limit.interval());
    }

    /** The first moment, {@code now} or later, at which the CA has not closed it. */
    public Instant opens(Instant now) {
        return later(now, closedUntil);
    }

    /** @throws IllegalStateException where there is none: whoever takes has asked before */
    public Bucket take(Limit limit, Instant now) {
        if (earliest(limit, now).isAfter(now)) {
            throw new IllegalStateException("empty until " + earliest(limit, now));
        }
        return new Bucket(later(arrival, now).plus(limit.interval()), closedUntil);
    }

    /** Counts what has happened already, also where the bucket was empty: then it stays so. */
    public Bucket spend(Limit limit, Instant now) {
        Instant next = later(arrival, now).plus(limit.interval());
        Instant empty = now.plus(limit.depth());
        return new Bucket(later(arrival, next.isBefore(empty) ? next : empty), closedUntil);
    }

    /** One that was taken and not used. */
    public Bucket giveBack(Limit limit) {
        Instant back = arrival.minus(limit.interval());
        return new Bucket(later(back, Instant.EPOCH), closedUntil);
    }

    /** The CA has none before {@code until}. */
    public Bucket closed(Instant until) {
        return new Bucket(arrival, later(closedUntil, until));
    }

    /** The CA has none before {@code until}, and one then: our count was wrong. */
    public Bucket emptied(Limit limit, Instant until) {
        Instant oneThen = until.plus(limit.depth()).minus(limit.interval());
        return new Bucket(later(arrival, oneThen), later(closedUntil, until));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
