package dev.perennial.orders.issuer.limits;

import dev.perennial.acme.Issuers;
import dev.perennial.rules.limits.Limits;
import dev.perennial.rules.limits.Quarantine;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The current limits of the issuers, and the configured quarantine. */
class LimitsProducer {
    @Produces
    @Singleton
    IssuerLimits limits(Issuers issuers, LimitPresets presets) {
        return name -> issuers.find(name).map(presets::of).orElse(Limits.NONE);
    }

    @Produces
    @Singleton
    @Startup
    Quarantine quarantine(QuarantineConfig config) {
        return new Quarantine(config.maxFailures(), config.retention());
    }
}
