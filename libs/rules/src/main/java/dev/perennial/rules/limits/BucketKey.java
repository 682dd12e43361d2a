package dev.perennial.rules.limits;

import java.util.Comparator;

/**
 * Which bucket.
 *
 * @param subject the registered domain, the names, the name; empty for what the account has once
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
