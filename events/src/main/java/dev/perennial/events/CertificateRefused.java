package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/**
 * The answer to a request that cannot be carried out. Its record key is the request id: there is no certificate.
 *
 * @param requestId the CloudEvents id of the request, or {@code topic-partition-offset} where it had none
 * @param name the name asked for, where it could be read; cleaned of what cannot be stored, and shortened
 * @param owner the same
 * @param problems every reason found, not only the first
 */
public record CertificateRefused(
        @JsonProperty(required = true) String requestId,
        Optional<String> name,
        Optional<String> owner,
        @JsonProperty(required = true) List<Problem> problems)
        implements OrderServiceFact {
    private static final int MAX_ECHO = 200;

    public CertificateRefused {
        name = name == null ? Optional.empty() : name.map(CertificateRefused::echo);
        owner = owner == null ? Optional.empty() : owner.map(CertificateRefused::echo);
        problems = List.copyOf(problems);
    }

    private static String echo(String text) {
        return WireText.of(text.length() <= MAX_ECHO ? text : text.substring(0, MAX_ECHO) + "...");
    }
}
