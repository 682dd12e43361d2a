package dev.perennial.rules.limits;

import java.util.Comparator;

/**
 * The key of a bucket.
 *
 * @param subject the registered domain, the set of names or the name; empty for limits of the whole account
 */
public record BucketKey(String issuer, LimitKind kind, String subject) implements Comparable<BucketKey> {
    private static final Comparator<BucketKey> ORDER = Comparator.comparing(BucketKey::issuer)
            .thenComparing(BucketKey::kind)
            .thenComparing(BucketKey::subject);

    @Override
    public int compareTo(BucketKey other) {
        return ORDER.compare(this, other);
    }
}
