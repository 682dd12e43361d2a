package dev.perennial.acme;

import dev.perennial.events.IssuerSettings;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The issuers whose settings this process currently has. */
public interface Issuers {
    /** A fixed set of issuers. */
    static Issuers of(IssuerSettings... all) {
        Map<String, IssuerSettings> byName = new TreeMap<>();
        for (IssuerSettings settings : all) {
            byName.put(settings.name(), settings);
        }
        return new Issuers() {
            @Override
            public Optional<IssuerSettings> find(String name) {
                return Optional.ofNullable(byName.get(name));
            }

            @Override
            public Set<String> names() {
                return Set.copyOf(byName.keySet());
            }
        };
    }

    Optional<IssuerSettings> find(String name);

    Set<String> names();
}
