package dev.perennial.testbed.ca;

import dev.perennial.testbed.ca.Quotas.Counted;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Enforces {@link Quotas} like Let's Encrypt. newOrder takes a token from the account's bucket, and requires one in the buckets of
 * certificates and failed authorizations; issued certificates and failed authorizations take those. An order with
 * {@code replaces} (RFC 9773 section 5) is exempt. Implemented independently of the order-service's rules, which it verifies.
 *
 * <p>The CA may therefore issue orders that were in flight at the same time beyond the quota. A client that counts correctly
 * avoids this; {@link #overdrawn()} counts the cases.
 */
public final class CaLimits {
    private static final String WILDCARD = "*.";

    /** The key of a bucket. */
    private record Key(Object limit, String subject) {}

    /**
     * The response of the CA.
     *
     * @param status 429; or 503 from the load balancer, which does not use ACME problem documents
     */
    record Refusal(int status, String detail, Duration retryAfter) {}

    /** An order that the limits permit. */
    record Admitted(String account, Set<String> names, boolean exempt) {}

    private final Map<Key, TokenBucket> buckets = new HashMap<>();
    private Optional<Quotas> quotas = Optional.empty();
    private final List<String> refusals = new ArrayList<>();
    private long overdrawn;

    CaLimits() {}

    /** Enforces the quotas from now on, with full buckets. */
    public synchronized void enforce(Quotas newQuotas) {
        buckets.clear();
        quotas = Optional.of(newQuotas);
    }

    public synchronized void lift() {
        quotas = Optional.empty();
    }

    /** The details of all refusals, in order. */
    public synchronized List<String> refusals() {
        return List.copyOf(refusals);
    }

    /** Number of issued certificates and failed authorizations beyond a quota. */
    public synchronized long overdrawn() {
        return overdrawn;
    }

    /** @return a refusal if requests of this kind are too frequent */
    synchronized Optional<Refusal> admitRequest(RequestKind kind, Instant now) {
        boolean taken = quotas.flatMap(it -> it.of(kind))
                .map(quota -> bucket(new Key(kind, ""), quota, now).take(now))
                .orElse(true);
        return taken
                ? Optional.empty()
                : Optional.of(refused(new Refusal(503, "Service busy; retry later.", Duration.ofSeconds(1))));
    }

    /** @return a refusal that names the quota with the longest wait; empty if the order is permitted */
    synchronized Optional<Refusal> admitOrder(Admitted order, Instant now) {
        if (order.exempt()) {
            return Optional.empty();
        }
        Optional<Refusal> longest = Optional.empty();
        for (Key key : requiredTokens(order)) {
            Quota quota = quota(key).orElseThrow();
            Duration wait = bucket(key, quota, now).wait(now);
            if (wait.isPositive()
                    && longest.filter(it -> it.retryAfter().compareTo(wait) >= 0)
                            .isEmpty()) {
                longest = Optional.of(new Refusal(429, detail(key, quota, now.plus(wait)), wait));
            }
        }
        longest.ifPresentOrElse(this::refused, () -> take(List.of(new Key(Counted.ORDERS, order.account())), now));
        return longest;
    }

    /** Returns the token of an order that the CA did not create. */
    synchronized void orderNotCreated(Admitted order, Instant now) {
        Key key = new Key(Counted.ORDERS, order.account());
        if (!order.exempt()) {
            quota(key).ifPresent(quota -> bucket(key, quota, now).giveBack(now));
        }
    }

    synchronized void issued(Admitted order, Instant now) {
        if (!order.exempt()) {
            take(certificateKeys(order.names()), now);
        }
    }

    synchronized void failed(String account, String name, Instant now) {
        take(List.of(failures(account, name)), now);
    }

    private void take(List<Key> keys, Instant now) {
        for (Key key : keys) {
            quota(key).ifPresent(quota -> overdrawn += bucket(key, quota, now).take(now) ? 0 : 1);
        }
    }

    private List<Key> requiredTokens(Admitted order) {
        List<Key> all = new ArrayList<>(certificateKeys(order.names()));
        all.add(new Key(Counted.ORDERS, order.account()));
        order.names().forEach(name -> all.add(failures(order.account(), name)));
        return all.stream().filter(key -> quota(key).isPresent()).toList();
    }

    private static List<Key> certificateKeys(Set<String> names) {
        Set<Key> all = names.stream()
                .map(name -> new Key(Counted.CERTIFICATES_OF_DOMAIN, registeredDomain(name)))
                .collect(Collectors.toSet());
        all.add(new Key(Counted.CERTIFICATES_OF_NAMES, String.join(",", new TreeSet<>(names))));
        return List.copyOf(all);
    }

    private static Key failures(String account, String name) {
        return new Key(Counted.FAILED_AUTHORIZATIONS, account + " " + base(name));
    }

    private static String base(String name) {
        return name.startsWith(WILDCARD) ? name.substring(WILDCARD.length()) : name;
    }

    /** The last two labels; sufficient for the names of the testbed, which are all below {@code test}. */
    private static String registeredDomain(String name) {
        String[] labels = name.split("\\.");
        return labels.length < 2 ? name : labels[labels.length - 2] + "." + labels[labels.length - 1];
    }

    private Optional<Quota> quota(Key key) {
        return key.limit() instanceof Counted counted ? quotas.flatMap(it -> it.of(counted)) : Optional.empty();
    }

    private TokenBucket bucket(Key key, Quota quota, Instant now) {
        return buckets.computeIfAbsent(key, first -> new TokenBucket(quota, now));
    }

    private Refusal refused(Refusal refusal) {
        refusals.add(refusal.detail());
        return refusal;
    }

    /** Uses the texts of Let's Encrypt, by which clients distinguish the limits. */
    private static String detail(Key key, Quota quota, Instant until) {
        String text =
                switch ((Counted) key.limit()) {
                    case ORDERS -> "too many new orders (%d) from this account";
                    case CERTIFICATES_OF_DOMAIN ->
                        "too many certificates (%d) already issued for \"" + key.subject() + "\"";
                    case CERTIFICATES_OF_NAMES ->
                        "too many certificates (%d) already issued for this exact set of identifiers";
                    case FAILED_AUTHORIZATIONS ->
                        "too many failed authorizations (%d) for \""
                                + key.subject().split(" ")[1] + "\"";
                };
        Duration window = quota.window();
        return text.formatted(quota.capacity())
                + " in the last %dh%dm%ds".formatted(window.toHours(), window.toMinutesPart(), window.toSecondsPart())
                + ", retry after " + until.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    }
}
