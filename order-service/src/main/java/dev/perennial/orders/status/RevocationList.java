package dev.perennial.orders.status;

import java.time.Instant;
import java.util.Optional;

/** A CRL whose signature and scope were checked. */
record RevocationList(Instant thisUpdate, Optional<Instant> nextUpdate, RevokedSerials entries) {
    /** Whether the CRL is current. */
    boolean isFresh(Instant now) {
        return nextUpdate.filter(now::isBefore).isPresent();
    }
}
