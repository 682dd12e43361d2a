package dev.perennial.acme;

import dev.perennial.events.IssuerSettings;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The issuers of a service that does not own them. Independent of the transport that delivers them. */
public final class IssuerSettingsCache implements Issuers {
    private final Map<String, IssuerSettings> settings = new ConcurrentHashMap<>();

    public void put(IssuerSettings changed) {
        settings.put(changed.name(), changed);
    }

    public void remove(String name) {
        settings.remove(name);
    }

    @Override
    public Optional<IssuerSettings> find(String name) {
        return Optional.ofNullable(settings.get(name));
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(settings.keySet());
    }
}
