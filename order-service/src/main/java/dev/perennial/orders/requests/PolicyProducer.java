package dev.perennial.orders.requests;

import dev.perennial.events.Network;
import dev.perennial.rules.renewal.NamedWindows;
import dev.perennial.rules.requests.Policy;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;

/** The configured policy; the process does not start with an invalid one. */
class PolicyProducer {
    @Produces
    @Singleton
    @Startup
    Policy policy(PolicyConfig config, DefaultsConfig defaults, NamedWindows windows) {
        return new Policy(
                suffixes(config.allowedSuffixes()),
                suffixes(config.wildcardSuffixes().orElse(List.of())),
                defaults.defaultIssuer(),
                config.allowedNetworks().orElse(List.of()).stream()
                        .map(Network::parse)
                        .toList(),
                windows.names());
    }

    private static List<String> suffixes(List<String> configured) {
        return configured.stream()
                .map(suffix -> suffix.strip().toLowerCase(Locale.ROOT))
                .map(suffix -> suffix.startsWith(".") ? suffix.substring(1) : suffix)
                .filter(suffix -> !suffix.isEmpty())
                .toList();
    }
}
