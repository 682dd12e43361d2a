package dev.perennial.testbed.ca;

import java.time.Duration;

/**
 * The settings of the CA.
 *
 * @param nonceRejectPercent percentage of requests with valid nonces that Pebble rejects with {@code badNonce}
 * @param authorizationReusePercent percentage of valid authorizations that new orders reuse; 0 still reuses about 1 %
 * @param retryAfterSeconds Retry-After of pending orders and authorizations; 0 for none
 * @param roundTrip added to every request, like a distant CA
 * @param validity lifetime of issued certificates
 * @param externalAccountRequired whether accounts must be bound to {@link PebblePart#externalAccount()}
 */
public record CaSettings(
        int nonceRejectPercent,
        int authorizationReusePercent,
        int retryAfterSeconds,
        Duration roundTrip,
        Duration validity,
        boolean externalAccountRequired) {
    /** Some rejected nonces, so that every test covers them; no delays. */
    public static final CaSettings DEFAULT = new CaSettings(5, 0, 0, Duration.ZERO, Duration.ofDays(90), false);

    public CaSettings withNonceReject(int percent) {
        return new CaSettings(
                percent, authorizationReusePercent, retryAfterSeconds, roundTrip, validity, externalAccountRequired);
    }

    public CaSettings withAuthorizationReuse(int percent) {
        return new CaSettings(
                nonceRejectPercent, percent, retryAfterSeconds, roundTrip, validity, externalAccountRequired);
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

    public CaSettings withExternalAccountRequired() {
        return new CaSettings(
                nonceRejectPercent, authorizationReusePercent, retryAfterSeconds, roundTrip, validity, true);
    }
}
