package dev.perennial.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.time.Instant;
import java.util.Optional;

/**
 * A request to plan a replacement.
 *
 * @param reason for the timeline of every certificate, at most 200 characters
 * @param atOnce orders in progress at the same time, 1 to 1000
 * @param deadline the time by which all certificates should be replaced
 * @param drill whether to use the rehearsal issuers; nothing live changes
 * @param sample the number of selected certificates to drill
 */
public record ReplacementRequest(
        @JsonProperty(required = true) ReplacementSelector selector,
        Optional<String> reason,
        Optional<Integer> atOnce,
        Optional<Instant> deadline,
        @JsonSetter(nulls = Nulls.AS_EMPTY) boolean drill,
        Optional<Integer> sample) {
    public ReplacementRequest {
        reason = Absent.asEmpty(reason);
        atOnce = Absent.asEmpty(atOnce);
        deadline = Absent.asEmpty(deadline);
        sample = Absent.asEmpty(sample);
    }
}
