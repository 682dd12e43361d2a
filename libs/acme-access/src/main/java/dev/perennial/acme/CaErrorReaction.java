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
import org.shredzone.acme4j.exception.AcmeServerException;

/** What a failed call to the CA calls for. */
sealed interface CaErrorReaction {
    String UNKNOWN_ACCOUNT = "accountDoesNotExist";

    /** Outside our power, now: the same call may work later. */
    record Later(RetryLater cause) implements CaErrorReaction {}

    /** The CA understood the call and will not do it. */
    record Refused(CaProblem problem) implements CaErrorReaction {}

    /** There is no such resource (any more). */
    record Gone(CaProblem problem) implements CaErrorReaction {}

    /**
     * What is known of a call that failed.
     *
     * @param status of the answer, where one came
     */
    record Failure(String issuer, Exception cause, Optional<Integer> status, Optional<String> retryAfter) {}

    /** Whether the CA has forgotten the account (RFC 8555 section 6.7), as one that was set up afresh has. */
    static boolean isUnknownAccount(RetryLater later) {
        return later.getCause() instanceof Exception cause
                && problem(cause).map(CaProblem::type).orElse("").equals(UNKNOWN_ACCOUNT);
    }

    /** Whether the CA itself stumbled over what it was sent; a front that is overloaded says something else. */
    static boolean isServerInternal(RetryLater later) {
        return later.getCause() instanceof Exception cause
                && problem(cause).map(CaProblem::type).orElse("").equals("serverInternal");
    }

    /** The status counts before the body: a front of the CA answers with bodies that are not ACME. */
    static CaErrorReaction to(Failure failure, Instant now) {
        int status = failure.status().orElse(0);
        Optional<CaProblem> problem = problem(failure.cause());
        String type = problem.map(CaProblem::type).orElse("");
        if (status == 429 || type.equals("rateLimited")) {
            return later(failure, now, ErrorCode.CA_RATE_LIMITED, "limits our rate");
        }
        if (status >= 500 || type.equals("serverInternal")) {
            return later(failure, now, ErrorCode.CA_UNAVAILABLE, "answered HTTP " + status);
        }
        if (isNetwork(failure.cause())) {
            return later(failure, now, ErrorCode.CA_UNAVAILABLE, "could not be reached");
        }
        if (type.equals("badNonce")) {
            return later(failure, now, ErrorCode.CA_UNAVAILABLE, "refused nonce after nonce");
        }
        if (type.equals(UNKNOWN_ACCOUNT)) {
            return later(failure, now, ErrorCode.CA_UNAVAILABLE, "does not know our account");
        }
        if (status == 404) {
            return new Gone(problem.orElse(new CaProblem("about:blank", "HTTP 404")));
        }
        if (problem.isPresent() && status >= 400) {
            return new Refused(problem.get());
        }
        return later(failure, now, ErrorCode.CA_MISBEHAVED, "answered against RFC 8555");
    }

    private static boolean isNetwork(Throwable cause) {
        return cause instanceof AcmeNetworkException
                || cause instanceof IOException
                || (cause != null && cause.getCause() != null && isNetwork(cause.getCause()));
    }

    private static CaErrorReaction later(Failure failure, Instant now, ErrorCode code, String what) {
        Optional<Duration> wait = failure.retryAfter().flatMap(header -> RetryAfter.parse(header, now));
        Problem problem = new Problem(
                code, "the CA '" + failure.issuer() + "' " + what, Optional.of(evidence(failure)), wait.map(now::plus));
        return new Later(new RetryLater(problem, failure.cause()));
    }

    private static String evidence(Failure failure) {
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
