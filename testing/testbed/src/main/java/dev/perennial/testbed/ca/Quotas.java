package dev.perennial.testbed.ca;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a CA allows. What is not told is not limited.
 *
 * @param counted over hours and days
 * @param requests in quick succession, of each kind
 */
public record Quotas(Map<Counted, Quota> counted, Map<RequestKind, Quota> requests) {
    /** What is counted. */
    public enum Counted {
        /** New orders of an account. */
        ORDERS,
        /** Certificates with a name below one registered domain, of all accounts. */
        CERTIFICATES_OF_DOMAIN,
        /** Certificates with exactly the same names, of all accounts. */
        CERTIFICATES_OF_NAMES,
        /** Validations of a name that failed, of an account. */
        FAILED_AUTHORIZATIONS
    }

    /** As Let's Encrypt documents them for its production; of requests, those that a flood of orders is made of. */
    public static final Quotas LETS_ENCRYPT = new Quotas(
            Map.of(
                    Counted.ORDERS, new Quota(300, Duration.ofHours(3)),
                    Counted.CERTIFICATES_OF_DOMAIN, new Quota(50, Duration.ofDays(7)),
                    Counted.CERTIFICATES_OF_NAMES, new Quota(5, Duration.ofDays(7)),
                    Counted.FAILED_AUTHORIZATIONS, new Quota(5, Duration.ofHours(1))),
            Map.of(
                    RequestKind.NEW_ORDER, new Quota(300, Duration.ofSeconds(1)),
                    RequestKind.NEW_NONCE, new Quota(20, Duration.ofSeconds(1)),
                    RequestKind.RENEWAL_INFO, new Quota(1000, Duration.ofSeconds(1))));

    public Quotas {
        counted = Map.copyOf(counted);
        requests = Map.copyOf(requests);
    }

    /** One of them smaller or quicker, for a test that cannot wait for days. */
    public Quotas with(Counted what, int capacity, Duration window) {
        Map<Counted, Quota> changed = new EnumMap<>(Counted.class);
        changed.putAll(counted);
        changed.put(what, new Quota(capacity, window));
        return new Quotas(changed, requests);
    }

    /** One of the request rates changed: so many a second. */
    public Quotas with(RequestKind kind, int perSecond) {
        Map<RequestKind, Quota> changed = new EnumMap<>(RequestKind.class);
        changed.putAll(requests);
        changed.put(kind, new Quota(perSecond, Duration.ofSeconds(1)));
        return new Quotas(counted, changed);
    }

    Optional<Quota> of(Counted what) {
        return Optional.ofNullable(counted.get(what));
    }

    Optional<Quota> of(RequestKind kind) {
        return Optional.ofNullable(requests.get(kind));
    }
}
