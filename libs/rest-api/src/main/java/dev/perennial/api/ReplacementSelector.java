package dev.perennial.api;

import dev.perennial.events.KeyType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Selects certificates by their current X.509 certificate. At least one criterion is required, and all given criteria
 * must match.
 *
 * @param issuer the issuer that issued it
 * @param labels of the certificate, with exactly these values
 * @param issuedFrom start of validity, inclusive
 * @param issuedBefore start of validity, exclusive
 * @param serials one of them, in hex, with or without colons; at most 100000
 * @param suffix at least one name equals this domain or is below it
 */
public record ReplacementSelector(
        Optional<String> issuer,
        Map<String, String> labels,
        Optional<KeyType> keyType,
        Optional<Instant> issuedFrom,
        Optional<Instant> issuedBefore,
        List<String> serials,
        Optional<String> owner,
        Optional<String> suffix) {
    public ReplacementSelector {
        issuer = Absent.asEmpty(issuer);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        keyType = Absent.asEmpty(keyType);
        issuedFrom = Absent.asEmpty(issuedFrom);
        issuedBefore = Absent.asEmpty(issuedBefore);
        serials = Absent.asEmpty(serials);
        owner = Absent.asEmpty(owner);
        suffix = Absent.asEmpty(suffix);
    }
}
