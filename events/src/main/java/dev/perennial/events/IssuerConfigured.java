package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * The complete settings of an issuer, which replace the previous ones. Record key is its name; a tombstone removes the
 * issuer.
 *
 * @param revision increases with every change of any issuer; readers ignore settings with a revision below the last one
 *     of the issuer, which are published late
 */
public record IssuerConfigured(
        @JsonProperty(required = true) IssuerSettings settings, Optional<Long> revision) implements KeyedState {
    public IssuerConfigured {
        revision = revision == null ? Optional.empty() : revision;
    }
}
