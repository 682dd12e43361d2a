package dev.perennial.validation.selfcheck;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;

/** Decides which side failed if no server answered for a name (pure). */
public sealed interface NoAnswerVerdict {
    /** The name failed: this host reaches other targets. Counts toward the quarantine of the name. */
    record OfName(Problem problem) implements NoAnswerVerdict {}

    /** This host's resolver or network failed. Counts for no name. */
    record OfThisHost(RetryLater failure) implements NoAnswerVerdict {}

    static NoAnswerVerdict of(Problem noAnswer, ControlResult control) {
        return switch (control) {
            case ControlResult.Reachable(String target) ->
                new OfName(Problem.of(
                        ErrorCode.SELF_CHECK_FAILED,
                        noAnswer.detail(),
                        evidence(noAnswer) + "this host's network works: it reaches " + target));
            case ControlResult.Unreachable(String evidence) ->
                new OfThisHost(new RetryLater(Problem.of(
                        noAnswer.code(),
                        "this host's own resolver or network has failed, so the failure counts for no name; restore it ("
                                + noAnswer.detail() + ")",
                        evidence(noAnswer) + "control: " + evidence)));
        };
    }

    private static String evidence(Problem problem) {
        return problem.evidence().map(text -> text + "; ").orElse("");
    }
}
