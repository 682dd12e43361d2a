package dev.perennial.orders.status;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The result of a status check. */
public sealed interface StatusResult {
    /** A fresh answer, signed by the CA, states that it is not revoked. */
    record Good(String source) implements StatusResult {}

    /** @param reason as RFC 5280 section 5.3.1 names it; empty if none is given */
    record Revoked(String source, Instant at, Optional<String> reason) implements StatusResult {}

    /** The responder of the CA answers {@code unknown} (RFC 6960). */
    record Unknown(String source) implements StatusResult {}

    /** The certificate names neither a CRL nor an OCSP responder. */
    record NotOffered() implements StatusResult {}

    /** No source that the certificate names gave a trustworthy answer. */
    record Unavailable(String detail) implements StatusResult {}

    /** The name in rows and in the API. */
    enum Status {
        GOOD,
        REVOKED,
        UNKNOWN,
        NOT_OFFERED,
        UNAVAILABLE
    }

    default Status status() {
        return switch (this) {
            case Good good -> Status.GOOD;
            case Revoked revoked -> Status.REVOKED;
            case Unknown unknown -> Status.UNKNOWN;
            case NotOffered notOffered -> Status.NOT_OFFERED;
            case Unavailable unavailable -> Status.UNAVAILABLE;
        };
    }

    /** Revoked if any source reports it; good if at least one source does and none contradicts. */
    static StatusResult of(List<StatusResult> all) {
        return first(all, Status.REVOKED)
                .or(() -> first(all, Status.GOOD))
                .or(() -> first(all, Status.UNKNOWN))
                .or(() -> first(all, Status.UNAVAILABLE))
                .orElseGet(NotOffered::new);
    }

    private static Optional<StatusResult> first(List<StatusResult> all, Status status) {
        return all.stream().filter(result -> result.status() == status).findFirst();
    }
}
