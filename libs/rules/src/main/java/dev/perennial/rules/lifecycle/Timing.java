package dev.perennial.rules.lifecycle;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.OrderState.Watch;
import java.time.Duration;
import java.time.Instant;

/**
 * The time of a move and the durations that it depends on.
 *
 * @param stepTimeout the time limit of validation and of issuance, after which the order is resumed
 */
record Timing(Duration stepTimeout, RetryPolicy retries, Instant now) {
    /** After this many resumptions of one ACME order without a report, a new attempt begins. */
    static final int MAX_RESUMPTIONS = 3;

    /** The deadline for the report of the step that begins now. */
    Instant deadline() {
        return now.plus(stepTimeout);
    }

    boolean isBefore(Instant moment) {
        return now.isBefore(moment);
    }

    /** The watch after this many reminders. */
    Watch watch(int reminders) {
        return new Watch(reminders, retries.deployments().next(reminders + 1, now));
    }

    boolean mayResume(AcmeOrder order, int resumptions) {
        return resumptions < MAX_RESUMPTIONS && isUnexpired(order, now);
    }

    /** Whether the order is valid at that time according to the CA (RFC 8555 section 7.1.3, "expires"). */
    static boolean isUnexpired(AcmeOrder order, Instant moment) {
        return order.expires().map(moment::isBefore).orElse(true);
    }

    Problem timedOut(String step, int resumptions) {
        return Problem.of(
                ErrorCode.STEP_TIMED_OUT,
                "no service reported on " + step + " within " + stepTimeout.toSeconds()
                        + " s; check the health and the consumer lag of the service that performs this step",
                "published " + (resumptions + 1) + " times"
                        + (resumptions < MAX_RESUMPTIONS ? ", then the CA's order expired" : ""));
    }
}
