package dev.perennial.rules.renewal;

import dev.perennial.rules.lifecycle.RetrySchedule;
import java.time.Duration;
import java.time.Instant;

/** When a certificate is looked at again that is not waiting for its renewal time. */
public final class NextCheck {
    private static final Duration SOONEST = Duration.ofSeconds(10);
    private static final Duration LATEST = Duration.ofHours(1);
    private static final int PART_OF_LIFE = 100;

    /** What needs a person is not mended within minutes. */
    private static final RetrySchedule AFTER_FAILURES =
            RetrySchedule.of(Duration.ofHours(1), Duration.ofHours(4), Duration.ofHours(12), Duration.ofDays(1));

    private static final Duration AT_LEAST = Duration.ofMinutes(5);

    /** So that a repair is tried several times before the certificate expires. */
    private static final int PART_OF_REST = 8;

    /** 1/24 of a life: 3 d 18 h of 90 d, 6 h 40 min of 160 h. */
    private static final int LEFT_ALONE = 24;

    private NextCheck() {}

    /** An order is under way: it drives itself, and this only sees that it has not come to nothing. */
    public static Instant whileUnderWay(Duration life, Instant now) {
        Duration part = life.dividedBy(PART_OF_LIFE);
        Duration pause = part.compareTo(LATEST) > 0 ? LATEST : part.compareTo(SOONEST) < 0 ? SOONEST : part;
        return now.plus(pause);
    }

    /**
     * Orders were given up. The pause grows with their number, and shrinks with what is left of the life.
     *
     * @param failures in a row, 1 after the first
     */
    public static Instant afterFailures(int failures, Instant failedAt, Instant notAfter) {
        Duration scheduled = AFTER_FAILURES.interval(failures);
        Duration rest = Duration.between(failedAt, notAfter);
        Duration longest = rest.isPositive() ? rest.dividedBy(PART_OF_REST) : LATEST;
        Duration pause = longest.compareTo(scheduled) < 0 ? longest : scheduled;
        return failedAt.plus(pause.compareTo(AT_LEAST) < 0 ? AT_LEAST : pause);
    }

    /** What the CA wants replaced again though it was made at its word: a CA that says so of everything is not obeyed without end. */
    public static Instant afterAReplacement(Instant notBefore, Instant notAfter) {
        return notBefore.plus(Duration.between(notBefore, notAfter).dividedBy(LEFT_ALONE));
    }
}
