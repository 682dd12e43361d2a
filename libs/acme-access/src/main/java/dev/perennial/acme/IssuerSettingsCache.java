package dev.perennial.acme;

import dev.perennial.events.IssuerSettings;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The issuers that a service has heard of, for one that does not own them. It knows nothing of how they are told. */
public final class IssuerSettingsCache implements Issuers {
    private final Map<String, IssuerSettings> heard = new ConcurrentHashMap<>();

    public void put(IssuerSettings settings) {
        heard.put(settings.name(), settings);
    }

    public void remove(String name) {
        heard.remove(name);
    }

    @Override
    public Optional<IssuerSettings> find(String name) {
        return Optional.ofNullable(heard.get(name));
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(heard.keySet());
    }
}
