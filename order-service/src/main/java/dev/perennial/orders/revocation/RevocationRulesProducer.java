package dev.perennial.orders.revocation;

import dev.perennial.rules.revocation.RevocationRules;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The rules with their configured time limits. */
class RevocationRulesProducer {
    @Produces
    @Singleton
    RevocationRules rules(RevocationConfig config) {
        return new RevocationRules(config.keyCompromiseTimeout(), config.answerTimeout());
    }
}
