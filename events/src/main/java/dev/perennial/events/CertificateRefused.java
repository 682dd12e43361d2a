package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/**
 * The answer to a request that cannot be fulfilled. Its record key is the request id, because there is no certificate.
 *
 * @param requestId the CloudEvents id of the request, or {@code topic-partition-offset} if it had none
 * @param name the requested name, if it was readable; without characters that cannot be stored, and shortened
 * @param owner the requested owner, likewise
 * @param problems every reason, not only the first
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
