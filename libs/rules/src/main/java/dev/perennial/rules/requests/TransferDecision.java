package dev.perennial.rules.requests;

import dev.perennial.events.Problem;
import java.util.List;
import java.util.Map;

/** Whether a certificate may be transferred to another owner. */
public sealed interface TransferDecision {
    /** It belongs to this owner already: nothing changes. */
    record Unchanged() implements TransferDecision {}

    /** @param labels all labels of the certificate after the transfer */
    record Possible(Map<String, String> labels) implements TransferDecision {
        public Possible {
            labels = Map.copyOf(labels);
        }
    }

    /** Nothing changes; contains every reason. */
    record Refused(List<Problem> problems) implements TransferDecision {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
