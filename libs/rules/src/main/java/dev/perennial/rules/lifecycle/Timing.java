package dev.perennial.rules.lifecycle;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.OrderState.Watch;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The time of a move and the durations that it depends on.
 *
 * @param stepTimeout the time limit of validation and of issuance, after which the order is resumed
 */
record Timing(Duration stepTimeout, RetryPolicy retries, OrderPurpose purpose, Situation situation, Instant now) {
    /**
     * After this many resumptions of one ACME order without a report, a new attempt of a rehearsal begins. A live order
     * is resumed for as long as its CA may have issued a certificate.
     */
    static final int MAX_RESUMPTIONS = 3;

    /** 16 hours with a step timeout of 15 minutes. */
    private static final int MAX_DOUBLINGS = 6;

    /** Let's Encrypt's; for a CA that sends no {@code expires}, or one in the past. */
    private static final Duration USUAL_VALIDITY = Duration.ofDays(7);

    /** CAs delete orders sooner; a later {@code expires} must not block a certificate. */
    private static final Duration MAX_VALIDITY = Duration.ofDays(30);

    /** Between two certificates that cannot be used, also of different orders. */
    private static final Duration BETWEEN_UNUSABLE = Duration.ofDays(1);

    /** The same without an attempt that was left. */
    Timing resolved() {
        Situation known = new Situation(situation.overdue(), false, situation.unusable());
        return new Timing(stepTimeout, retries, purpose, known, now);
    }

    /** The deadline for the report of the step that begins now. */
    Instant deadline() {
        return now.plus(stepTimeout);
    }

    /**
     * The deadline after a resumption. It doubles with each one, because every missing report leaves a copy of the record
     * for the service that does not report.
     *
     * @param resumptions including this one
     */
    Instant deadlineAfter(int resumptions) {
        int doublings = purpose == OrderPurpose.LIVE ? Math.min(resumptions, MAX_DOUBLINGS) : 0;
        return capped(now.plus(stepTimeout.multipliedBy(1L << doublings)));
    }

    boolean isBefore(Instant moment) {
        return now.isBefore(moment);
    }

    /** The watch after this many reminders. */
    Watch watch(int reminders) {
        return new Watch(reminders, retries.deployments().next(reminders + 1, now));
    }

    /** A second certificate of a rehearsal does no harm, and nothing may wait for a rehearsal for days. */
    boolean mayResume(int resumptions) {
        return purpose == OrderPurpose.LIVE || resumptions < MAX_RESUMPTIONS;
    }

    /** The same order with an expiry that is present and within 30 days. */
    AcmeOrder bounded(AcmeOrder order) {
        Instant expires = order.expires().filter(now::isBefore).orElse(now.plus(USUAL_VALIDITY));
        Instant latest = now.plus(MAX_VALIDITY);
        return order.withExpires(expires.isAfter(latest) ? latest : expires);
    }

    /** Whether the order is valid at that time according to the CA (RFC 8555 section 7.1.3, "expires"). */
    static boolean isUnexpired(AcmeOrder order, Instant moment) {
        return order.expires().map(moment::isBefore).orElse(true);
    }

    /** When the next resumption is due after a temporary problem. */
    Instant nextResumption(int resumptions, Problem problem) {
        return capped(retries.resumptions(problem).next(resumptions + 1, problem, now));
    }

    /** Not later than the time at which the order is overdue, so that it is not noticed too late. */
    private Instant capped(Instant next) {
        return situation
                .overdue()
                .map(Situation.Overdue::from)
                .filter(from -> now.isBefore(from) && from.isBefore(next))
                .orElse(next);
    }

    /**
     * Present if a new attempt may begin although the CA may have issued a certificate for this one. An order is left
     * once: as long as that is unresolved, another attempt would be one more certificate.
     */
    Optional<Problem> overdue() {
        return situation
                .overdue()
                .filter(it -> !situation.unresolved() && !now.isBefore(it.from()))
                .map(it -> Problem.of(
                        ErrorCode.STEP_TIMED_OUT,
                        "the CA has accepted the ACME order and may have issued a certificate, but does not complete it; a"
                                + " new attempt begins, because " + it.reason()));
    }

    /** Whether another issuer could take the order now. */
    boolean hasOtherIssuer() {
        return situation.overdue().isPresent();
    }

    /** The earliest next attempt after a certificate that cannot be used. */
    static Instant afterUnusable(Instant unusableAt) {
        return unusableAt.plus(BETWEEN_UNUSABLE);
    }

    /** Whether a certificate of the order that cannot be used is the last one: it was not the first. */
    boolean isLastUnusable() {
        return situation.unusable() > 0 && !situation.unresolved();
    }

    Problem timedOut(String step, int resumptions) {
        return Problem.of(
                ErrorCode.STEP_TIMED_OUT,
                "no service reported on " + step + " within " + stepTimeout.toSeconds()
                        + " s; check the health and the consumer lag of the service that performs this step",
                "published " + (resumptions + 1) + " times"
                        + (mayResume(resumptions) ? ", then the CA's order expired" : ""));
    }
}
