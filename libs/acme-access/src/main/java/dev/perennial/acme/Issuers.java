package dev.perennial.acme;

import dev.perennial.events.IssuerSettings;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The CAs that may be ordered at, as they are known here now. */
public interface Issuers {
    /** Issuers that never change, for use without a fleet. */
    static Issuers of(IssuerSettings... all) {
        Map<String, IssuerSettings> byName = new TreeMap<>();
        for (IssuerSettings one : all) {
            byName.put(one.name(), one);
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
