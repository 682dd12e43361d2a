package dev.perennial.orders.failover;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** Until issuers name their fallbacks: the one that is asked for. */
class CandidatesProducer {
    @Produces
    @Singleton
    Candidates candidates() {
        return order -> List.of(order.spec().issuer());
    }
}
