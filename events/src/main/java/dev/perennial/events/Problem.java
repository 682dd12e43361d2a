package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Describes a failure for people: cause, evidence, and the next step. Never contains a secret.
 *
 * @param code the kind of failure
 * @param detail the cause in one sentence
 * @param evidence the observation (the CA's problem document, a command's output), shortened
 * @param nextAttemptAt the time of the next attempt; empty if there is none
 */
public record Problem(
        @JsonProperty(required = true) ErrorCode code,
        @JsonProperty(required = true) String detail,
        Optional<String> evidence,
        Optional<Instant> nextAttemptAt) {
    private static final int MAX_EVIDENCE = 2_000;

    public Problem {
        Objects.requireNonNull(code, "code");
        // Both may quote clients, CAs and commands.
        detail = WireText.of(Objects.requireNonNull(detail, "detail"));
        evidence = evidence == null
                ? Optional.empty()
                : evidence.map(Problem::shorten).map(WireText::of);
        nextAttemptAt = nextAttemptAt == null ? Optional.empty() : nextAttemptAt;
    }

    public static Problem of(ErrorCode code, String detail) {
        return new Problem(code, detail, Optional.empty(), Optional.empty());
    }

    public static Problem of(ErrorCode code, String detail, String evidence) {
        return new Problem(code, detail, Optional.ofNullable(evidence), Optional.empty());
    }

    public Problem nextAttempt(Instant at) {
        return new Problem(code, detail, evidence, Optional.of(at));
    }

    private static String shorten(String text) {
        return text.length() <= MAX_EVIDENCE ? text : text.substring(0, MAX_EVIDENCE) + "...";
    }
}
