package dev.perennial.acme;

import dev.perennial.events.Problem;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The status of an order at the CA (RFC 8555 section 7.1.6). */
public sealed interface OrderProgress {
    /** {@code pending}: an authorization is not valid yet. */
    record Pending(Optional<Duration> retryAfter) implements OrderProgress {}

    /** {@code ready}: the order can be finalized. */
    record Ready() implements OrderProgress {}

    /** {@code processing}: the CA is issuing. */
    record Processing(Optional<Duration> retryAfter) implements OrderProgress {}

    /** {@code valid}: the certificate can be downloaded. */
    record Valid(URI certificateUrl) implements OrderProgress {}

    /** {@code invalid}, or the order no longer exists. Terminal: only a new order can succeed. */
    record Invalid(Problem problem) implements OrderProgress {}

    /** The CA refused the finalize request itself (bad CSR, CAA, policy); the order may still be usable. */
    record Refused(Problem problem) implements OrderProgress {}
}
