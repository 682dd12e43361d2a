package dev.perennial.validation.challenges;

import dev.perennial.events.Problem;

/** A response that cannot be presented, and a retry would not help; another challenge type may succeed. */
public final class PresentationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public PresentationException(Problem problem) {
        super(problem.code().wireName() + ": " + problem.detail());
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
