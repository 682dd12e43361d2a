package dev.perennial.acme;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.exception.AcmeUserActionRequiredException;

/** A failed call to the CA, classified by the reaction that it requires. */
sealed interface AcmeFailure {
    String UNKNOWN_ACCOUNT = "accountDoesNotExist";

    /** The same call may succeed later. */
    record Retryable(RetryLater cause) implements AcmeFailure {}

    /** The CA understood the request and refused it. */
    record Refused(CaProblem problem) implements AcmeFailure {}

    /** The CA has no such resource, or no longer has it. */
    record NotFound(CaProblem problem) implements AcmeFailure {}

    /**
     * The facts about a failed call.
     *
     * @param status of the response, if there was one
     */
    record FailedCall(String issuer, Exception cause, Optional<Integer> status, Optional<String> retryAfter) {}

    /** Whether the CA has no such account (RFC 8555 section 6.7), for example after it was reinstalled. */
    static boolean isUnknownAccount(RetryLater retry) {
        return retry.getCause() instanceof Exception cause
                && problem(cause).map(CaProblem::type).orElse("").equals(UNKNOWN_ACCOUNT);
    }

    /** Whether the CA itself failed on the request; an overloaded proxy in front of it sends other errors. */
    static boolean isServerInternal(RetryLater retry) {
        return retry.getCause() instanceof Exception cause
                && problem(cause).map(CaProblem::type).orElse("").equals("serverInternal");
    }

    /** Whether the CA itself limits the rate, and not a proxy in front of it. */
    static boolean isRateLimit(RetryLater retry) {
        return retry.getCause() instanceof Exception cause
                && problem(cause).map(CaProblem::type).orElse("").equals("rateLimited");
    }

    /** Evaluates the status before the body: a proxy in front of the CA sends bodies that are not ACME. */
    static AcmeFailure classify(FailedCall failure, Instant now) {
        int status = failure.status().orElse(0);
        Optional<CaProblem> problem = problem(failure.cause());
        String type = problem.map(CaProblem::type).orElse("");
        if (status == 429 || type.equals("rateLimited")) {
            return retryable(failure, now, ErrorCode.CA_RATE_LIMITED, "limits the rate of requests");
        }
        if (status >= 500 || type.equals("serverInternal")) {
            return retryable(failure, now, ErrorCode.CA_UNAVAILABLE, "answered HTTP " + status);
        }
        if (isNetwork(failure.cause())) {
            return retryable(failure, now, ErrorCode.CA_UNAVAILABLE, "is not reachable");
        }
        if (type.equals("badNonce")) {
            return retryable(failure, now, ErrorCode.CA_UNAVAILABLE, "refused several nonces in a row");
        }
        if (type.equals(UNKNOWN_ACCOUNT)) {
            return retryable(failure, now, ErrorCode.CA_UNAVAILABLE, "has no such account");
        }
        if (failure.cause() instanceof AcmeUserActionRequiredException action) {
            return actionRequired(failure, action);
        }
        if (status == 404) {
            return new NotFound(problem.orElse(new CaProblem("about:blank", "HTTP 404")));
        }
        if (problem.isPresent() && status >= 400) {
            return new Refused(problem.get());
        }
        return retryable(failure, now, ErrorCode.CA_MISBEHAVED, "sent a response that violates RFC 8555");
    }

    /** The parser of a response may report an IOException: an answer that cannot be read is no missing one. */
    private static boolean isNetwork(Throwable cause) {
        if (cause instanceof AcmeProtocolException) {
            return false;
        }
        return cause instanceof AcmeNetworkException
                || cause instanceof IOException
                || (cause != null && cause.getCause() != null && isNetwork(cause.getCause()));
    }

    private static AcmeFailure retryable(FailedCall failure, Instant now, ErrorCode code, String description) {
        Optional<Duration> wait = failure.retryAfter()
                .flatMap(header -> code == ErrorCode.CA_RATE_LIMITED
                        ? RetryAfter.parseRateLimit(header, now)
                        : RetryAfter.parse(header, now));
        Problem problem = new Problem(
                code,
                "the CA '" + failure.issuer() + "' " + description,
                Optional.of(evidence(failure)),
                wait.map(now::plus));
        return new Retryable(new RetryLater(problem, failure.cause()));
    }

    /** RFC 8555 section 7.3.3: {@code instance} leads to the action, usually the agreement to new terms. */
    private static AcmeFailure actionRequired(FailedCall failure, AcmeUserActionRequiredException action) {
        StringBuilder evidence = new StringBuilder();
        CaProblem.instance(action.getProblem().asJSON())
                .ifPresent(url -> evidence.append("open ").append(url).append("; "));
        terms(action)
                .ifPresent(
                        url -> evidence.append("terms of service: ").append(url).append("; "));
        evidence.append(evidence(failure));
        Problem problem = Problem.of(
                ErrorCode.ISSUER_NOT_READY,
                "the CA '" + failure.issuer()
                        + "' requires an action of the account's owner first, for example agreement to new terms of"
                        + " service; its orders wait and continue after that",
                evidence.toString());
        return new Retryable(new RetryLater(problem, action));
    }

    private static Optional<String> terms(AcmeUserActionRequiredException action) {
        return action.getTermsOfServiceUri().map(Object::toString).map(ResponseLimits::detail);
    }

    private static String evidence(FailedCall failure) {
        return problem(failure.cause()).map(CaProblem::text).orElseGet(() -> chain(failure.cause()));
    }

    private static Optional<CaProblem> problem(Exception cause) {
        return cause instanceof AcmeServerException refusal
                ? Optional.of(CaProblem.of(refusal.getProblem().asJSON()))
                : Optional.empty();
    }

    private static String chain(Throwable cause) {
        String own = cause instanceof AcmeException
                ? cause.getMessage()
                : cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
        return cause.getCause() == null || cause.getCause() == cause ? own : own + "; " + chain(cause.getCause());
    }
}
