package dev.perennial.events;

import java.time.Instant;
import java.util.Optional;

/**
 * Something outside does not work right now (network, rate limit, Vault sealed), and trying again is the cure.
 * The problem's {@code nextAttemptAt}, where present, is the earliest moment at which it makes sense.
 */
public final class RetryLater extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public RetryLater(Problem problem) {
        this(problem, null);
    }

    public RetryLater(Problem problem, Throwable cause) {
        super(problem.code().wireName() + ": " + problem.detail(), cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }

    public Optional<Instant> earliest() {
        return problem.nextAttemptAt();
    }
}
