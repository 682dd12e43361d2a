package dev.perennial.rules.requests;

import dev.perennial.events.Problem;
import dev.perennial.rules.access.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The result of checking a request against policy. */
public sealed interface PolicyDecision {
    /**
     * The request is within policy; every value is in canonical form.
     *
     * @param rehearse whether a rehearsal is requested
     * @param rehearsalAt the rehearsal issuer, if one is configured
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

        /** The certificate at the issuer that is requested. */
        public Resource resource() {
            return Resource.certificate(owner, name, spec.issuer());
        }
    }

    /** The request is refused, with every reason. */
    record Unacceptable(List<Problem> problems) implements PolicyDecision {
        public Unacceptable {
            problems = List.copyOf(problems);
        }
    }
}
