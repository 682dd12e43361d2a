package dev.perennial.acme;

import dev.perennial.events.RetryLater;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.util.Arrays;

/**
 * Distinguishes a request that the CA cannot have received from one whose answer is missing. This matters for finalize:
 * after a missing answer, the CA may issue a certificate. A failed TLS handshake proves nothing: with TLS 1.3, an alert that
 * the CA sends after the request has the same exception.
 */
public final class RequestNotSent {
    private RequestNotSent() {}

    /** Whether no connection was established, so that no request of the failed call was sent. */
    public static boolean isCauseOf(RetryLater failure) {
        return isNotConnected(failure.getCause())
                && Arrays.stream(failure.getSuppressed()).allMatch(RequestNotSent::isUnsentToo);
    }

    private static boolean isUnsentToo(Throwable earlier) {
        return earlier instanceof RetryLater failure && isCauseOf(failure);
    }

    private static boolean isNotConnected(Throwable cause) {
        if (cause == null) {
            return false;
        }
        return cause instanceof ConnectException
                || cause instanceof HttpConnectTimeoutException
                || isNotConnected(cause.getCause());
    }
}
