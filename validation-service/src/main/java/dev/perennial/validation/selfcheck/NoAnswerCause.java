package dev.perennial.validation.selfcheck;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;

/** Which side failed if no server answered for a name. Pure. */
public sealed interface NoAnswerCause {
    /** The name failed: the service reaches other targets. Counts toward the quarantine of the name. */
    record NameFailed(Problem problem) implements NoAnswerCause {}

    /** The resolver or the network of the service failed. Counts for no name. */
    record OwnNetworkFailed(RetryLater failure) implements NoAnswerCause {}

    static NoAnswerCause of(Problem noAnswer, ControlResult control) {
        return switch (control) {
            case ControlResult.Reachable(String target) ->
                new NameFailed(Problem.of(
                        ErrorCode.SELF_CHECK_FAILED,
                        noAnswer.detail() + "; check its host, its records and the name servers of its domain",
                        evidence(noAnswer) + "the network of the validation-service works: it reaches " + target));
            case ControlResult.Unreachable(String evidence) ->
                new OwnNetworkFailed(new RetryLater(Problem.of(
                        noAnswer.code(),
                        "the resolver or the network of the validation-service has failed, so that the failure counts for"
                                + " no name; restore it. The failed check: " + noAnswer.detail(),
                        evidence(noAnswer) + "control: " + evidence)));
        };
    }

    private static String evidence(Problem problem) {
        return problem.evidence().map(text -> text + "; ").orElse("");
    }
}
