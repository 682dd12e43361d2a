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
 * @param reason why, for the timeline of every certificate
 * @param atOnce orders under way at once
 * @param deadline by when all should be replaced
 * @param drill at the issuers' rehearsal issuers; nothing live is touched
 * @param sample how many of those that are selected are drilled
 */
public record PlanRequest(
        @JsonProperty(required = true) Selector selector,
        Optional<String> reason,
        Optional<Integer> atOnce,
        Optional<Instant> deadline,
        @JsonSetter(nulls = Nulls.AS_EMPTY) boolean drill,
        Optional<Integer> sample) {
    public static final int MOST_AT_ONCE = 1_000;
    private static final int MOST_REASON = 200;

    /** @throws IllegalArgumentException with a message that names the invalid field */
    public PlanRequest {
        reason = reason == null ? Optional.empty() : reason;
        atOnce = atOnce == null ? Optional.empty() : atOnce;
        deadline = deadline == null ? Optional.empty() : deadline;
        sample = sample == null ? Optional.empty() : sample;
        if (selector == null) {
            throw new IllegalArgumentException("field 'selector': which certificates?");
        }
        if (reason.filter(text -> text.length() > MOST_REASON || text.indexOf('\0') >= 0)
                .isPresent()) {
            throw new IllegalArgumentException("field 'reason': " + MOST_REASON + " characters at most");
        }
        atOnce.ifPresent(PlanRequest::checkAtOnce);
        if (sample.filter(count -> count < 1).isPresent() || sample.isPresent() && !drill) {
            throw new IllegalArgumentException("field 'sample': at least 1, and in a drill only");
        }
    }

    static void checkAtOnce(int count) {
        if (count < 1 || count > MOST_AT_ONCE) {
            throw new IllegalArgumentException("field 'atOnce': 1 to " + MOST_AT_ONCE);
        }
    }
}
