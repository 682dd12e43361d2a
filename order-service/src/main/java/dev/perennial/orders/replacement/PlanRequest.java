package dev.perennial.orders.replacement;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.perennial.rules.replacement.Selector;
import java.time.Instant;
import java.util.Optional;

/**
 * A request for a replacement plan.
 *
 * @param reason for the timeline of every certificate
 * @param atOnce orders in progress at the same time
 * @param deadline the time by which all certificates should be replaced
 * @param drill whether to use the rehearsal issuers; nothing live changes
 * @param sample the number of selected certificates to drill
 */
public record PlanRequest(
        @JsonProperty(required = true) Selector selector,
        Optional<String> reason,
        Optional<Integer> atOnce,
        Optional<Instant> deadline,
        @JsonSetter(nulls = Nulls.AS_EMPTY) boolean drill,
        Optional<Integer> sample) {
    public static final int MAX_AT_ONCE = 1_000;
    private static final int MAX_REASON = 200;

    /** @throws IllegalArgumentException with a message that names the invalid field */
    public PlanRequest {
        reason = reason == null ? Optional.empty() : reason;
        atOnce = atOnce == null ? Optional.empty() : atOnce;
        deadline = deadline == null ? Optional.empty() : deadline;
        sample = sample == null ? Optional.empty() : sample;
        if (selector == null) {
            throw new IllegalArgumentException("field 'selector': a selector is required");
        }
        if (reason.filter(text -> text.length() > MAX_REASON || text.indexOf('\0') >= 0)
                .isPresent()) {
            throw new IllegalArgumentException(
                    "field 'reason': at most " + MAX_REASON + " characters are possible, without NUL");
        }
        atOnce.ifPresent(PlanRequest::checkAtOnce);
        if (sample.filter(count -> count < 1).isPresent() || sample.isPresent() && !drill) {
            throw new IllegalArgumentException(
                    "field 'sample': a number of at least 1 is required, and only in a drill");
        }
    }

    static void checkAtOnce(int count) {
        if (count < 1 || count > MAX_AT_ONCE) {
            throw new IllegalArgumentException("field 'atOnce': a number from 1 to " + MAX_AT_ONCE + " is required");
        }
    }
}
