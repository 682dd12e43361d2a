package dev.perennial.acme;

import dev.perennial.events.Problem;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** How far the CA is with an order (RFC 8555 section 7.1.6). */
public sealed interface OrderProgress {
    /** {@code pending}: proof of control is still wanted. */
    record Pending(Optional<Duration> retryAfter) implements OrderProgress {}

    /** {@code ready}: waits for finalize. */
    record Ready() implements OrderProgress {}

    /** {@code processing}: the CA is issuing. */
    record Processing(Optional<Duration> retryAfter) implements OrderProgress {}

    /** {@code valid}: the certificate can be downloaded. */
    record Valid(URI certificateUrl) implements OrderProgress {}

    /** {@code invalid}, or the order is gone. Dead: only a new order helps. */
    record Invalid(Problem problem) implements OrderProgress {}

    /** The CA refused the finalize request itself (bad CSR, CAA, policy); the order may live on. */
    record Refused(Problem problem) implements OrderProgress {}
}
