package dev.perennial.acme;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a CA says about the renewal of a certificate (RFC 9773 section 4.2). */
public sealed interface RenewalInfo {
    /**
     * When it would like the certificate to be renewed.
     *
     * @param start before {@code end}
     * @param explanation a page that says why, http or https
     * @param retryAfter when to ask again, as the CA says; from zero to a day
     */
    record Suggested(Instant start, Instant end, Optional<URI> explanation, Optional<Duration> retryAfter)
            implements RenewalInfo {}

    /** The CA's directory names no such resource. */
    record NotOffered() implements RenewalInfo {}

    /** The CA answered what cannot be used, and is not likely to answer better at once (section 4.3.3). */
    record Unusable(String why) implements RenewalInfo {}
}
