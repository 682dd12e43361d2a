package dev.perennial.orders.budget;

import dev.perennial.acme.CaPreset;
import dev.perennial.acme.IssuersConfig;
import dev.perennial.orders.ratelimit.Limits;
import dev.perennial.orders.ratelimit.Quarantine;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Limits and quarantine as configured; the process does not start with a preset that there is not. */
class LimitsProducer {
    private static final Logger LOG = Logger.getLogger(LimitsProducer.class);

    @Produces
    @Singleton
    @Startup
    IssuerLimits limits(LimitsConfig config, IssuersConfig issuers, LimitPresets presets) {
        Map<String, Limits> limits = new HashMap<>();
        issuers.issuers().forEach((name, issuer) -> {
            Limits its = Optional.ofNullable(config.issuers().get(name))
                    .flatMap(LimitsConfig.Issuer::limits)
                    .map(presets::named)
                    .orElseGet(() -> issuer.directory()
                            .or(() -> issuer.preset().flatMap(CaPreset::directory))
                            .map(directory -> Limits.ofDirectoryHost(directory.getHost()))
                            .orElse(Limits.NONE));
            limits.put(name, its);
            LOG.infof("issuer %s: %s", name, its.equals(Limits.NONE) ? "no known limits" : its.words());
        });
        return issuer -> limits.getOrDefault(issuer, Limits.NONE);
    }

    @Produces
    @Singleton
    @Startup
    Quarantine quarantine(QuarantineConfig config) {
        return new Quarantine(config.after(), config.hold());
    }
}
