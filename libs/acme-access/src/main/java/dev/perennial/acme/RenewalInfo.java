package dev.perennial.acme;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The renewal information of a certificate (RFC 9773 section 4.2). */
public sealed interface RenewalInfo {
    /**
     * The suggested renewal window.
     *
     * @param start before {@code end}
     * @param explanation explanationURL, http or https
     * @param retryAfter interval until the next request, from zero to one day
     */
    record Suggested(Instant start, Instant end, Optional<URI> explanation, Optional<Duration> retryAfter)
            implements RenewalInfo {}

    /** The CA's directory has no renewalInfo resource. */
    record NotOffered() implements RenewalInfo {}

    /** The response is unusable, and an immediate retry is not likely to help (section 4.3.3). */
    record Unusable(String reason) implements RenewalInfo {}
}
