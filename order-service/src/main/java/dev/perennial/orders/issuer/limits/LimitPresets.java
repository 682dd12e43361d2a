package dev.perennial.orders.issuer.limits;

import dev.perennial.events.IssuerSettings;
import dev.perennial.rules.limits.Limit;
import dev.perennial.rules.limits.LimitKind;
import dev.perennial.rules.limits.Limits;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Limits by name: the built-in presets and the configured ones. */
@Singleton
@Startup
public class LimitPresets {
    private final Map<String, Limits> byName = new TreeMap<>(Limits.PRESETS);

    /**
     * @throws IllegalArgumentException if the configuration redefines a built-in preset; the process does not
     *     start then
     */
    @Inject
    public LimitPresets(LimitPresetsConfig config) {
        config.presets().forEach((name, preset) -> {
            if (byName.putIfAbsent(name, limits(preset)) != null) {
                throw new IllegalArgumentException("perennial.limit-presets." + name
                        + ": this preset is built in and cannot be redefined; use another name");
            }
        });
    }

    /** The configured limits of the issuer, otherwise the known limits of the CA at its directory. */
    public Limits of(IssuerSettings issuer) {
        return issuer.limits()
                .flatMap(this::named)
                .orElseGet(() -> Limits.ofDirectoryHost(issuer.directory().getHost()));
    }

    public Optional<Limits> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public Set<String> names() {
        return Collections.unmodifiableSet(byName.keySet());
    }

    private static Limits limits(LimitPresetsConfig.Preset preset) {
        Map<LimitKind, Limit> byKind = new EnumMap<>(LimitKind.class);
        preset.requests().ifPresent(limit -> byKind.put(LimitKind.REQUESTS, limit));
        preset.accountOrders().ifPresent(limit -> byKind.put(LimitKind.ACCOUNT_ORDERS, limit));
        preset.registeredDomain().ifPresent(limit -> byKind.put(LimitKind.REGISTERED_DOMAIN, limit));
        preset.nameSet().ifPresent(limit -> byKind.put(LimitKind.NAME_SET, limit));
        preset.failedAuthorizations().ifPresent(limit -> byKind.put(LimitKind.FAILED_AUTHORIZATIONS, limit));
        return new Limits(byKind);
    }
}
