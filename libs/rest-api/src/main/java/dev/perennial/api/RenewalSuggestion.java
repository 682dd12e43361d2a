package dev.perennial.api;

import java.time.Instant;
import java.util.Optional;

/**
 * The renewal window that the CA suggests (RFC 9773 section 4.2).
 *
 * @param explanation the URL of a page that gives the reason
 */
public record RenewalSuggestion(Instant start, Instant end, Optional<String> explanation) {
    public RenewalSuggestion {
        explanation = Absent.asEmpty(explanation);
    }
}
