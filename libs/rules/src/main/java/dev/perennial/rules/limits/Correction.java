package dev.perennial.rules.limits;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds the bucket that a 429 response to newOrder refers to. No RFC defines this; the messages of Let's Encrypt are
 * parsed. An unknown message closes the account for a short time only, so that a wrong guess is cheap.
 */
public final class Correction {
    /** If the reason is unknown, a pause of the whole account up to this length is acceptable. */
    private static final Duration SHORT = Duration.ofMinutes(10);

    private Correction() {}

    /**
     * @param message the CA's problem, as far as it is known
     * @param demand the buckets that the order needed
     */
    public static Optional<BucketKey> bucket(String message, Demand demand, Instant until, Instant now) {
        String text = message.toLowerCase(Locale.ROOT);
        if (text.contains("exact set of")) {
            return find(demand, key -> key.kind() == LimitKind.NAME_SET);
        }
        if (text.contains("too many certificates")) {
            return find(demand, key -> key.kind() == LimitKind.REGISTERED_DOMAIN && names(text, key.subject()))
                    .or(() -> find(demand, key -> key.kind() == LimitKind.NAME_SET));
        }
        if (text.contains("failed authorizations") || text.contains("failed validations")) {
            return find(demand, key -> key.kind() == LimitKind.FAILED_AUTHORIZATIONS && names(text, key.subject()))
                    .or(() -> find(demand, key -> key.kind() == LimitKind.NAME_SET));
        }
        if (text.contains("new orders") || !until.isAfter(now.plus(SHORT))) {
            return find(demand, key -> key.kind() == LimitKind.ACCOUNT_ORDERS);
        }
        return find(demand, key -> key.kind() == LimitKind.NAME_SET);
    }

    /** Checks for the quoted name, so that {@code example.com} is not found in {@code shop.example.com}. */
    private static boolean names(String text, String subject) {
        return text.contains('"' + subject + '"') || text.contains('\'' + subject + '\'');
    }

    private static Optional<BucketKey> find(Demand demand, Predicate<BucketKey> matching) {
        return demand.keys().stream().filter(matching).findFirst();
    }
}
