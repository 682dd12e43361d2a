package dev.perennial.rules.limits;

import dev.perennial.events.Identifier;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What placing an order asks of the buckets.
 *
 * @param takes one token each
 * @param held taken before for the same attempt, so only a word of the CA can stop it
 * @param needsRoom nothing is taken unless the proof fails
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
     * @param again the certificate's share was taken for this attempt already
     */
    public static Demand of(
            String issuer, List<Identifier> identifiers, UnaryOperator<String> registeredDomain, boolean again) {
        SortedSet<BucketKey> ofCertificate = ofCertificate(issuer, identifiers, registeredDomain);
        SortedSet<BucketKey> takes = new TreeSet<>(ofAccount(issuer));
        if (!again) {
            takes.addAll(ofCertificate);
        }
        SortedSet<BucketKey> needsRoom = new TreeSet<>();
        identifiers.forEach(identifier -> needsRoom.add(ofFailures(issuer, identifier)));
        return new Demand(takes, again ? ofCertificate : new TreeSet<>(), needsRoom);
    }

    /** What every order counts against. */
    public static SortedSet<BucketKey> ofAccount(String issuer) {
        return new TreeSet<>(List.of(
                new BucketKey(issuer, LimitKind.REQUESTS, ""), new BucketKey(issuer, LimitKind.ACCOUNT_ORDERS, "")));
    }

    /** What a certificate for these names counts against. */
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

    /** Where failed validations of a name are counted. */
    public static BucketKey ofFailures(String issuer, Identifier identifier) {
        return new BucketKey(issuer, LimitKind.FAILED_AUTHORIZATIONS, baseName(identifier));
    }

    /** The name whose control is proven: that of a wildcard is the one below the star. */
    public static String baseName(Identifier identifier) {
        String value = identifier.value();
        return value.startsWith(WILDCARD) ? value.substring(WILDCARD.length()) : value;
    }

    /** All of them, in the order in which they are to be locked. */
    public SortedSet<BucketKey> keys() {
        SortedSet<BucketKey> all = new TreeSet<>(takes);
        all.addAll(held);
        all.addAll(needsRoom);
        return all;
    }
}
