package dev.perennial.orders.requests;

import dev.perennial.events.Problem;
import dev.perennial.orders.inventory.CertificateSpec;
import java.util.List;
import java.util.Map;

/** What policy says of a request. */
public sealed interface Verdict {
    /** Within policy, every value in canonical form. */
    record Acceptable(String name, String owner, CertificateSpec spec, Map<String, String> labels) implements Verdict {
        public Acceptable {
            labels = Map.copyOf(labels);
        }
    }

    /** Every reason found, not only the first. */
    record Unacceptable(List<Problem> problems) implements Verdict {
        public Unacceptable {
            problems = List.copyOf(problems);
        }
    }
}
