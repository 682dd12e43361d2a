package dev.perennial.testbed.ca;

import java.time.Duration;
import java.time.Instant;

/** The tokens of a {@link Quota}. It stores a number of tokens; the order-service's rules store a time instead. */
final class TokenBucket {
    /** In tokens: tolerates the rounding error of many refills. */
    private static final double ROUNDING = 1e-6;

    private final Quota quota;
    private double tokens;
    private Instant asOf;

    TokenBucket(Quota quota, Instant now) {
        this.quota = quota;
        this.tokens = quota.capacity();
        this.asOf = now;
    }

    /** Time until a token is available; zero if one is. */
    Duration wait(Instant now) {
        refill(now);
        return tokens >= 1 - ROUNDING
                ? Duration.ZERO
                : Duration.ofNanos((long) Math.ceil((1 - tokens) * nanosPerToken()));
    }

    /** @return whether a token was available */
    boolean take(Instant now) {
        if (!wait(now).isZero()) {
            return false;
        }
        tokens--;
        return true;
    }

    void giveBack(Instant now) {
        refill(now);
        tokens = Math.min(quota.capacity(), tokens + 1);
    }

    private void refill(Instant now) {
        if (now.isAfter(asOf)) {
            double refilled = Duration.between(asOf, now).toNanos() / nanosPerToken();
            tokens = Math.min(quota.capacity(), tokens + refilled);
            asOf = now;
        }
    }

    private double nanosPerToken() {
        return (double) quota.window().toNanos() / quota.capacity();
    }
}
