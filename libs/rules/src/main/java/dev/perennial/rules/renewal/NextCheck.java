package dev.perennial.rules.renewal;

import dev.perennial.rules.lifecycle.RetrySchedule;
import java.time.Duration;
import java.time.Instant;

/** The time of the next check of a certificate that does not wait for its renewal time. */
public final class NextCheck {
    private static final Duration MIN_INTERVAL = Duration.ofSeconds(10);
    private static final Duration MAX_INTERVAL = Duration.ofHours(1);
    private static final int LIFETIME_DIVISOR = 100;

    /** A failure that needs an operator is not fixed within minutes. */
    private static final RetrySchedule AFTER_FAILURES =
            RetrySchedule.of(Duration.ofHours(1), Duration.ofHours(4), Duration.ofHours(12), Duration.ofDays(1));

    private static final Duration AT_LEAST = Duration.ofMinutes(5);

    /** Leaves time for several attempts before the certificate expires. */
    private static final int REMAINING_DIVISOR = 8;

    /** 1/24 of a lifetime: 3 d 18 h of 90 d, 6 h 40 min of 160 h. */
    private static final int PART_AFTER_REPLACEMENT = 24;

    private static final Duration BETWEEN_REVOKED = Duration.ofDays(1);

    private NextCheck() {}

    /** An order is in progress; the check only detects its failure. */
    public static Instant whileUnderWay(Duration lifetime, Instant now) {
        Duration part = lifetime.dividedBy(LIFETIME_DIVISOR);
        Duration pause = part.compareTo(MAX_INTERVAL) > 0
                ? MAX_INTERVAL
                : part.compareTo(MIN_INTERVAL) < 0 ? MIN_INTERVAL : part;
        return now.plus(pause);
    }

    /**
     * Orders have failed. The pause grows with the number of failures and shrinks with the remaining lifetime.
     *
     * @param failures consecutive failures; 1 after the first
     */
    public static Instant afterFailures(int failures, Instant failedAt, Instant notAfter) {
        Duration scheduled = AFTER_FAILURES.interval(failures);
        Duration remaining = Duration.between(failedAt, notAfter);
        Duration longest = remaining.isPositive() ? remaining.dividedBy(REMAINING_DIVISOR) : MAX_INTERVAL;
        Duration pause = longest.compareTo(scheduled) < 0 ? longest : scheduled;
        return failedAt.plus(pause.compareTo(AT_LEAST) < 0 ? AT_LEAST : pause);
    }

    /**
     * The CA asks to replace a certificate that has just been replaced. The pause prevents endless renewals because
     * of a faulty CA.
     */
    public static Instant afterAReplacement(Instant notBefore, Instant notAfter) {
        return notBefore.plus(Duration.between(notBefore, notAfter).dividedBy(PART_AFTER_REPLACEMENT));
    }

    /**
     * The replacement of a revoked certificate is revoked as well. The pause prevents endless replacements because of a
     * faulty status service: one a day, more only if the lifetime is shorter than two days.
     */
    public static Instant afterARevokedReplacement(Instant notBefore, Instant notAfter) {
        Duration half = Duration.between(notBefore, notAfter).dividedBy(2);
        return notBefore.plus(half.compareTo(BETWEEN_REVOKED) < 0 ? half : BETWEEN_REVOKED);
    }
}
