package dev.perennial.events;

import java.time.Instant;
import java.util.Optional;

/**
 * A temporary failure outside the process (network, rate limit, Vault sealed); a retry can succeed. The problem's
 * {@code nextAttemptAt}, if present, is the earliest time of the retry.
 */
public class RetryLater extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public RetryLater(Problem problem) {
        super(message(problem));
        this.problem = problem;
    }

    public RetryLater(Problem problem, Throwable cause) {
        super(message(problem), cause);
        this.problem = problem;
    }

    private static String message(Problem problem) {
        return problem.code().wireName() + ": " + problem.detail();
    }

    public Problem problem() {
        return problem;
    }

    public Optional<Instant> earliest() {
        return problem.nextAttemptAt();
    }
}
