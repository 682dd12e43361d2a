package dev.perennial.validation.challenges;

import dev.perennial.events.Problem;

/** An answer that cannot be put where the CA would look: waiting is no cure, another way to prove it may be. */
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
