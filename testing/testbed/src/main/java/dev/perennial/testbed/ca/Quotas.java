package dev.perennial.testbed.ca;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The rate limits of a CA; without a quota there is no limit.
 *
 * @param counted limits over hours and days
 * @param requests limits of the request rate, by kind
 */
public record Quotas(Map<Counted, Quota> counted, Map<RequestKind, Quota> requests) {
    /** The events that a limit counts. */
    public enum Counted {
        /** New orders of an account. */
        ORDERS,
        /** Certificates with a name below one registered domain, of all accounts. */
        CERTIFICATES_OF_DOMAIN,
        /** Certificates with exactly the same names, of all accounts. */
        CERTIFICATES_OF_NAMES,
        /** Failed validations of a name, per account. */
        FAILED_AUTHORIZATIONS
    }

    /** The documented production limits of Let's Encrypt; request rates only for the requests of orders. */
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

    /** A copy with another quota, for example a shorter one for a test. */
    public Quotas with(Counted what, int capacity, Duration window) {
        Map<Counted, Quota> changed = new EnumMap<>(Counted.class);
        changed.putAll(counted);
        changed.put(what, new Quota(capacity, window));
        return new Quotas(changed, requests);
    }

    /** A copy with another request rate. */
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
