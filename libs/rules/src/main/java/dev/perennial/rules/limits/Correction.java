package dev.perennial.rules.limits;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which bucket a CA means that answers newOrder with 429. No RFC says; Let's Encrypt's sentences are understood. A wrong guess
 * must not be dear: the account is never stopped for long on the word of a sentence that nobody understands.
 */
public final class Correction {
    /** A short pause of everything costs little, where the reason is unknown. */
    private static final Duration SHORT = Duration.ofMinutes(10);

    private Correction() {}

    /**
     * @param said the CA's problem, as far as it is known
     * @param asked what the order that was answered so had asked for
     */
    public static Optional<BucketKey> meant(String said, Demand asked, Instant until, Instant now) {
        String text = said.toLowerCase(Locale.ROOT);
        if (text.contains("exact set of")) {
            return find(asked, key -> key.kind() == LimitKind.NAME_SET);
        }
        if (text.contains("too many certificates")) {
            return find(asked, key -> key.kind() == LimitKind.REGISTERED_DOMAIN && names(text, key.subject()))
                    .or(() -> find(asked, key -> key.kind() == LimitKind.NAME_SET));
        }
        if (text.contains("failed authorizations") || text.contains("failed validations")) {
            return find(asked, key -> key.kind() == LimitKind.FAILED_AUTHORIZATIONS && names(text, key.subject()))
                    .or(() -> find(asked, key -> key.kind() == LimitKind.NAME_SET));
        }
        if (text.contains("new orders") || !until.isAfter(now.plus(SHORT))) {
            return find(asked, key -> key.kind() == LimitKind.ACCOUNT_ORDERS);
        }
        return find(asked, key -> key.kind() == LimitKind.NAME_SET);
    }

    /** Quoted, so that {@code example.com} is not found in {@code shop.example.com}. */
    private static boolean names(String text, String subject) {
        return text.contains('"' + subject + '"') || text.contains('\'' + subject + '\'');
    }

    private static Optional<BucketKey> find(Demand asked, Predicate<BucketKey> wanted) {
        return asked.keys().stream().filter(wanted).findFirst();
    }
}
