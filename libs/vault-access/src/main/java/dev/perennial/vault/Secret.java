package dev.perennial.vault;

import java.util.Map;
import java.util.Optional;

/** One version of a secret. Its {@code toString} shows the keys only. */
public record Secret(long version, Map<String, String> data) {
    public Secret {
        data = Map.copyOf(data);
    }

    public Optional<String> field(String name) {
        return Optional.ofNullable(data.get(name));
    }

    /** @throws IllegalStateException if the field is missing */
    public String require(String name) {
        return field(name).orElseThrow(() -> new IllegalStateException("the secret has no field '" + name + "'"));
    }

    @Override
    public String toString() {
        return "Secret[version=" + version + ", fields=" + data.keySet() + "]";
    }
}
