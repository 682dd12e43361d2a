package dev.perennial.testbed.ca;

import java.time.Duration;
import java.time.Instant;

/** What is left of a {@link Quota}: counted in tokens, where the order-service's model counts in moments. */
final class TokenBucket {
    /** Of a token: a sum of many refills is a little less than what it stands for. */
    private static final double ROUNDING = 1e-6;

    private final Quota quota;
    private double tokens;
    private Instant asOf;

    TokenBucket(Quota quota, Instant now) {
        this.quota = quota;
        this.tokens = quota.capacity();
        this.asOf = now;
    }

    /** How long until a token is there; zero where one is. */
    Duration wait(Instant now) {
        refill(now);
        return tokens >= 1 - ROUNDING
                ? Duration.ZERO
                : Duration.ofNanos((long) Math.ceil((1 - tokens) * nanosOfAToken()));
    }

    /** @return whether there was one */
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
            double refilled = Duration.between(asOf, now).toNanos() / nanosOfAToken();
            tokens = Math.min(quota.capacity(), tokens + refilled);
            asOf = now;
        }
    }

    private double nanosOfAToken() {
        return (double) quota.window().toNanos() / quota.capacity();
    }
}
