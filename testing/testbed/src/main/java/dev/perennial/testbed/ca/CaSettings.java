package dev.perennial.testbed.ca;

import java.time.Duration;

/**
 * How the CA behaves.
 *
 * @param nonceRejectPercent share of requests that Pebble refuses with {@code badNonce} although the nonce is good
 * @param authorizationReusePercent share of valid authorizations that a new order may reuse; 0 still reuses about one in a hundred
 * @param retryAfterSeconds of orders and authorizations that are not done; 0 sends no Retry-After
 * @param roundTrip added to every request, as a CA far away would
 * @param validity life of an issued certificate
 * @param externalAccountRequired whether accounts must be bound to the customer that {@link PebblePart#externalAccount()} tells
 */
public record CaSettings(
        int nonceRejectPercent,
        int authorizationReusePercent,
        int retryAfterSeconds,
        Duration roundTrip,
        Duration validity,
        boolean externalAccountRequired) {
    /** Some bad nonces, so that nobody forgets about them; otherwise quick. */
    public static final CaSettings DEFAULT = new CaSettings(5, 0, 0, Duration.ZERO, Duration.ofDays(90), false);

    public CaSettings withNonceReject(int percent) {
        return new CaSettings(
                percent, authorizationReusePercent, retryAfterSeconds, roundTrip, validity, externalAccountRequired);
    }

    public CaSettings withAuthorizationReuse(int percent) {
        return new CaSettings(
                nonceRejectPercent, percent, retryAfterSeconds, roundTrip, validity, externalAccountRequired);
    }

    public CaSettings withRetryAfter(int seconds) {
        return new CaSettings(
                nonceRejectPercent, authorizationReusePercent, seconds, roundTrip, validity, externalAccountRequired);
    }

    public CaSettings withRoundTrip(Duration time) {
        return new CaSettings(
                nonceRejectPercent,
                authorizationReusePercent,
                retryAfterSeconds,
                time,
                validity,
                externalAccountRequired);
    }

    public CaSettings withValidity(Duration life) {
        return new CaSettings(
                nonceRejectPercent,
                authorizationReusePercent,
                retryAfterSeconds,
                roundTrip,
                life,
                externalAccountRequired);
    }

    public CaSettings withExternalAccountRequired() {
        return new CaSettings(
                nonceRejectPercent, authorizationReusePercent, retryAfterSeconds, roundTrip, validity, true);
    }
}
