package dev.perennial.acme;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.RetryLater;
import java.net.http.HttpTimeoutException;

/**
 * Recognizes a request to a CA that timed out. It is not repeated at once: while a CA does not answer, each further
 * request would hold the order for one more time limit. The order-service resumes the order.
 */
public final class RequestTimeout {
    private RequestTimeout() {}

    /** Whether the connection was not established, or the response was not complete, within the time limit. */
    public static boolean isCauseOf(RetryLater failure) {
        return failure.problem().code() == ErrorCode.CA_UNAVAILABLE && isTimeout(failure.getCause());
    }

    private static boolean isTimeout(Throwable cause) {
        return cause != null && (cause instanceof HttpTimeoutException || isTimeout(cause.getCause()));
    }
}
