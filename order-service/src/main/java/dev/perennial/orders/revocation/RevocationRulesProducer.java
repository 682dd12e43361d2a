package dev.perennial.orders.revocation;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The rules as they are configured. */
class RevocationRulesProducer {
    @Produces
    @Singleton
    RevocationRules rules(RevocationConfig config) {
        return new RevocationRules(config.keyCompromiseLimit(), config.answerLimit());
    }
}
