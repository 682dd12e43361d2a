package dev.perennial.rules.limits;

import dev.perennial.events.Identifier;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The tokens that the placement of an order needs.
 *
 * @param takes one token from each
 * @param held taken before for the same attempt; only a closed bucket delays the order
 * @param needsRoom must not be empty; a token is taken only if the proof fails
 */
public record Demand(SortedSet<BucketKey> takes, SortedSet<BucketKey> held, SortedSet<BucketKey> needsRoom) {
    private static final String WILDCARD = "*.";

    public Demand {
        takes = Collections.unmodifiableSortedSet(new TreeSet<>(takes));
        held = Collections.unmodifiableSortedSet(new TreeSet<>(held));
        needsRoom = Collections.unmodifiableSortedSet(new TreeSet<>(needsRoom));
    }

    /**
     * @param registeredDomain the registered domain of a name without a wildcard
     * @param alreadyTaken whether the tokens of the certificate were taken for this attempt before
     */
    public static Demand of(
            String issuer, List<Identifier> identifiers, UnaryOperator<String> registeredDomain, boolean alreadyTaken) {
        SortedSet<BucketKey> ofCertificate = ofCertificate(issuer, identifiers, registeredDomain);
        SortedSet<BucketKey> takes = new TreeSet<>(ofAccount(issuer));
        if (!alreadyTaken) {
            takes.addAll(ofCertificate);
        }
        SortedSet<BucketKey> needsRoom = new TreeSet<>();
        identifiers.forEach(identifier -> needsRoom.add(ofFailures(issuer, identifier)));
        return new Demand(takes, alreadyTaken ? ofCertificate : new TreeSet<>(), needsRoom);
    }

    /** The buckets of every order. */
    public static SortedSet<BucketKey> ofAccount(String issuer) {
        return new TreeSet<>(List.of(
                new BucketKey(issuer, LimitKind.REQUESTS, ""), new BucketKey(issuer, LimitKind.ACCOUNT_ORDERS, "")));
    }

    /** The buckets of a certificate for these names. */
    public static SortedSet<BucketKey> ofCertificate(
            String issuer, List<Identifier> identifiers, UnaryOperator<String> registeredDomain) {
        SortedSet<BucketKey> keys = new TreeSet<>();
        for (Identifier identifier : identifiers) {
            keys.add(new BucketKey(issuer, LimitKind.REGISTERED_DOMAIN, registeredDomain.apply(baseName(identifier))));
        }
        String names = identifiers.stream().map(Identifier::value).sorted().collect(Collectors.joining(","));
        keys.add(new BucketKey(issuer, LimitKind.NAME_SET, names));
        return keys;
    }

    /** The bucket that counts failed validations of the name. */
    public static BucketKey ofFailures(String issuer, Identifier identifier) {
        return new BucketKey(issuer, LimitKind.FAILED_AUTHORIZATIONS, baseName(identifier));
    }

    /** The name whose control is proven: for a wildcard, the name without the star. */
    public static String baseName(Identifier identifier) {
        String value = identifier.value();
        return value.startsWith(WILDCARD) ? value.substring(WILDCARD.length()) : value;
    }

    /** All buckets, in the order in which they are locked. */
    public SortedSet<BucketKey> keys() {
        SortedSet<BucketKey> all = new TreeSet<>(takes);
        all.addAll(held);
        all.addAll(needsRoom);
        return all;
    }
}
