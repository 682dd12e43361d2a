package dev.perennial.orders.issuer.limits;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.rules.limits.Admission;
import dev.perennial.rules.limits.BucketKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Describes why an order waits. */
final class WaitReasons {
    private static final int MAX_LENGTH = 200;

    private WaitReasons() {}

    /**
     * @param until when the order is checked again
     * @param before orders of the same owner that wait for the same bucket and come first
     */
    static Problem budget(Admission.Waits waits, Instant until, int before) {
        BucketKey bucket = waits.slowest();
        String why = waits.limit()
                .map(limit ->
                        "the budget for " + bucket.kind().description() + " (" + limit.description() + ") is used up")
                .orElseGet(() ->
                        "the CA accepts none before then (" + bucket.kind().description() + ")");
        String queue = before == 0 ? "" : ", and " + before + " orders of the same owner are before it";
        return new Problem(
                ErrorCode.WAITING_FOR_BUDGET,
                "will be placed at " + shown(until) + " because at '" + bucket.issuer() + "' " + why + queue,
                bucket.subject().isEmpty() ? Optional.empty() : Optional.of(shortened(bucket.subject())),
                Optional.of(until));
    }

    static Problem quarantine(FailingName name, Instant until) {
        return new Problem(
                ErrorCode.NAME_QUARANTINED,
                "will be tried at " + shown(until) + " because the validation of " + name.name() + " failed "
                        + name.failures() + " times in a row; fix the cause and release the name, or wait",
                Optional.of("last failure: " + name.problem().detail()
                        + name.problem()
                                .evidence()
                                .map(evidence -> "; " + evidence)
                                .orElse("")),
                Optional.of(until));
    }

    /** Rounded up to whole seconds. */
    private static Instant shown(Instant until) {
        Instant whole = until.truncatedTo(ChronoUnit.SECONDS);
        return whole.equals(until) ? whole : whole.plusSeconds(1);
    }

    private static String shortened(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    }
}
