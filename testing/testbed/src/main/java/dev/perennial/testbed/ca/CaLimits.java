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
 * Keeps accounts to {@link Quotas} the way Let's Encrypt does: newOrder takes from the account's bucket, and only looks at those of
 * certificates and failed authorizations. Those are taken from when a certificate is issued and an authorization fails. An order
 * that says what it {@code replaces} (RFC 9773 section 5) is exempt from all of them. Written apart from the order-service's model,
 * which it judges.
 *
 * <p>Orders that were under way together may so be issued beyond the quota, which the CA lets pass; a client that knows the quota
 * does not let it happen. {@link #overdrawn()} tells.
 */
public final class CaLimits {
    private static final String WILDCARD = "*.";

    /** Which bucket. */
    private record Key(Object what, String subject) {}

    /**
     * What the CA answers.
     *
     * @param status 429; or 503 where it is the load balancer that says so, which knows no ACME
     */
    record Refusal(int status, String sentence, Duration retryAfter) {}

    /** An order that was let through. */
    record Admitted(String account, Set<String> names, boolean exempt) {}

    private final Map<Key, TokenBucket> buckets = new HashMap<>();
    private Optional<Quotas> quotas = Optional.empty();
    private final List<String> refusals = new ArrayList<>();
    private long overdrawn;

    CaLimits() {}

    /** From now on, with full buckets. */
    public synchronized void enforce(Quotas those) {
        buckets.clear();
        quotas = Optional.of(those);
    }

    public synchronized void lift() {
        quotas = Optional.empty();
    }

    /** Sentences of the refusals, in their order. */
    public synchronized List<String> refusals() {
        return List.copyOf(refusals);
    }

    /** How often a certificate was issued, or an authorization failed, that was beyond a quota. */
    public synchronized long overdrawn() {
        return overdrawn;
    }

    /** @return why the request is not even looked at */
    synchronized Optional<Refusal> arrives(RequestKind kind, Instant now) {
        boolean taken = quotas.flatMap(it -> it.of(kind))
                .map(quota -> bucket(new Key(kind, ""), quota, now).take(now))
                .orElse(true);
        return taken
                ? Optional.empty()
                : Optional.of(refused(new Refusal(503, "Service busy; retry later.", Duration.ofSeconds(1))));
    }

    /** @return why there is no such order now; the quota that takes longest is named */
    synchronized Optional<Refusal> order(Admitted order, Instant now) {
        if (order.exempt()) {
            return Optional.empty();
        }
        Optional<Refusal> longest = Optional.empty();
        for (Key key : lookedAt(order)) {
            Quota quota = quota(key).orElseThrow();
            Duration wait = bucket(key, quota, now).wait(now);
            if (wait.isPositive()
                    && longest.filter(it -> it.retryAfter().compareTo(wait) >= 0)
                            .isEmpty()) {
                longest = Optional.of(new Refusal(429, sentence(key, quota, now.plus(wait)), wait));
            }
        }
        longest.ifPresentOrElse(this::refused, () -> take(List.of(new Key(Counted.ORDERS, order.account())), now));
        return longest;
    }

    /** The CA itself did not make the order. */
    synchronized void notMade(Admitted order, Instant now) {
        Key key = new Key(Counted.ORDERS, order.account());
        if (!order.exempt()) {
            quota(key).ifPresent(quota -> bucket(key, quota, now).giveBack(now));
        }
    }

    synchronized void issued(Admitted order, Instant now) {
        if (!order.exempt()) {
            take(ofCertificate(order.names()), now);
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

    private List<Key> lookedAt(Admitted order) {
        List<Key> all = new ArrayList<>(ofCertificate(order.names()));
        all.add(new Key(Counted.ORDERS, order.account()));
        order.names().forEach(name -> all.add(failures(order.account(), name)));
        return all.stream().filter(key -> quota(key).isPresent()).toList();
    }

    private static List<Key> ofCertificate(Set<String> names) {
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

    /** The last two labels: names of the testbed are below {@code test}, a suffix without others below it. */
    private static String registeredDomain(String name) {
        String[] labels = name.split("\\.");
        return labels.length < 2 ? name : labels[labels.length - 2] + "." + labels[labels.length - 1];
    }

    private Optional<Quota> quota(Key key) {
        return key.what() instanceof Counted counted ? quotas.flatMap(it -> it.of(counted)) : Optional.empty();
    }

    private TokenBucket bucket(Key key, Quota quota, Instant now) {
        return buckets.computeIfAbsent(key, first -> new TokenBucket(quota, now));
    }

    private Refusal refused(Refusal refusal) {
        refusals.add(refusal.sentence());
        return refusal;
    }

    /** Worded so that a client which understands Let's Encrypt's understands it: the words that tell the limits apart are its. */
    private static String sentence(Key key, Quota quota, Instant until) {
        String what =
                switch ((Counted) key.what()) {
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
        return what.formatted(quota.capacity())
                + " in the last %dh%dm%ds".formatted(window.toHours(), window.toMinutesPart(), window.toSecondsPart())
                + ", retry after " + until.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    }
}
