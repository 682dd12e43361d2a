package dev.perennial.rules.limits;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The limits of one CA. A kind without a limit is absent. */
public record Limits(Map<LimitKind, Limit> byKind) {
    /** A CA without limits, or with unknown limits. Its 429 responses are respected in either case. */
    public static final Limits NONE = new Limits(Map.of());

    /** Let's Encrypt's production limits. */
    public static final Limits LETS_ENCRYPT = new Limits(Map.of(
            LimitKind.REQUESTS, new Limit(300, Duration.ofSeconds(1)),
            LimitKind.ACCOUNT_ORDERS, new Limit(300, Duration.ofHours(3)),
            LimitKind.REGISTERED_DOMAIN, new Limit(50, Duration.ofDays(7)),
            LimitKind.NAME_SET, new Limit(5, Duration.ofDays(7)),
            LimitKind.FAILED_AUTHORIZATIONS, new Limit(5, Duration.ofHours(1))));

    /** The built-in presets by name. */
    public static final Map<String, Limits> PRESETS = Map.of("none", NONE, "lets-encrypt", LETS_ENCRYPT);

    private static final Map<String, Limits> BY_HOST = Map.of("acme-v02.api.letsencrypt.org", LETS_ENCRYPT);

    public Limits {
        byKind = Map.copyOf(byKind);
    }

    /** The limits of the CA with this directory host; {@link #NONE} if the CA is not known. */
    public static Limits ofDirectoryHost(String host) {
        return host == null ? NONE : BY_HOST.getOrDefault(host, NONE);
    }

    public Optional<Limit> of(LimitKind kind) {
        return Optional.ofNullable(byKind.get(kind));
    }

    /** All limits in one line. */
    public String description() {
        return byKind.isEmpty()
                ? "no known limits"
                : new TreeMap<>(byKind)
                        .entrySet().stream()
                                .map(entry -> entry.getValue().description() + " "
                                        + entry.getKey().description())
                                .collect(Collectors.joining(", "));
    }
}
