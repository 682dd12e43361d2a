package dev.perennial.validation.dns01;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.validation.challenges.PresentationException;

/** The two kinds of DNS failures: unavailable, and refused. */
final class DnsErrors {
    private static final int MAX_SHOWN = 200;

    private DnsErrors() {}

    static RetryLater unavailable(String detail, Throwable cause) {
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new RetryLater(Problem.of(ErrorCode.DNS_UNAVAILABLE, detail, message), cause);
    }

    static RetryLater unavailable(String detail, String evidence) {
        return new RetryLater(Problem.of(ErrorCode.DNS_UNAVAILABLE, detail, evidence));
    }

    /** A text of a provider, bounded and safe for a log. */
    static String shown(String text) {
        String start = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
        return start.replaceAll("[^\\x20-\\x7e]", ".");
    }

    static PresentationException refused(String detail, String evidence) {
        return new PresentationException(Problem.of(ErrorCode.DNS_UPDATE_REFUSED, detail, evidence));
    }
}
