package dev.perennial.validation.challenges;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;

/**
 * No server answered for the name: neither DNS, nor its host. {@link dev.perennial.validation.selfcheck.NoAnswerVerdict}
 * states whether the name or this host's own network failed.
 */
public final class NoAnswerException extends RetryLater {
    private static final long serialVersionUID = 1L;

    public NoAnswerException(String detail, String evidence) {
        super(Problem.of(ErrorCode.DNS_UNAVAILABLE, detail, evidence));
    }
}
