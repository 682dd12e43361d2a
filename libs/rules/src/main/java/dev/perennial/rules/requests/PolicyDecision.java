package dev.perennial.rules.requests;

import dev.perennial.events.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The result of checking a request against policy. */
public sealed interface PolicyDecision {
    /**
     * Within policy, every value in canonical form.
     *
     * @param rehearse whether a rehearsal is asked for
     * @param rehearsalAt where the issuer's orders can be rehearsed, if anywhere
     */
    record Acceptable(
            String name,
            String owner,
            CertificateSpec spec,
            Map<String, String> labels,
            boolean rehearse,
            Optional<String> rehearsalAt)
            implements PolicyDecision {
        public Acceptable {
            labels = Map.copyOf(labels);
        }
    }

    /** Every reason found, not only the first. */
    record Unacceptable(List<Problem> problems) implements PolicyDecision {
        public Unacceptable {
            problems = List.copyOf(problems);
        }
    }
}
