package dev.perennial.orders.doctor;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * One step on the way to a certificate.
 *
 * @param evidence the observation, or why nothing was checked
 * @param remedy how to fix it; of a failed hop or a warning only
 */
public record Hop(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) Outcome outcome,
        @JsonProperty(required = true) String evidence,
        Optional<String> remedy) {
    /** The result of the check. */
    public enum Outcome {
        PASSED,
        FAILED,
        /** Certificates can be obtained, but something makes it easier for others to obtain them. */
        WARNING,
        /** Not checked, or not relevant; the evidence gives the reason. */
        SKIPPED
    }

    static Hop passed(String name, String evidence) {
        return new Hop(name, Outcome.PASSED, evidence, Optional.empty());
    }

    static Hop failed(String name, String evidence, String remedy) {
        return new Hop(name, Outcome.FAILED, evidence, Optional.of(remedy));
    }

    static Hop warning(String name, String evidence, String remedy) {
        return new Hop(name, Outcome.WARNING, evidence, Optional.of(remedy));
    }

    static Hop skipped(String name, String why) {
        return new Hop(name, Outcome.SKIPPED, why, Optional.empty());
    }
}
