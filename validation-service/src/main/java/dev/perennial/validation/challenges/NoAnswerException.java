package dev.perennial.validation.challenges;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;

/**
 * No server answered for a name: its addresses or records could not be looked up, or its host did not respond. {@link
 * dev.perennial.validation.selfcheck.NoAnswerCause} states whether the name or the network of the service failed.
 */
public final class NoAnswerException extends RetryLater {
    private static final long serialVersionUID = 1L;

    public NoAnswerException(String detail, String evidence) {
        super(Problem.of(ErrorCode.DNS_UNAVAILABLE, detail, evidence));
    }
}
