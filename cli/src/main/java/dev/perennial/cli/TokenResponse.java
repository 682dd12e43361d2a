package dev.perennial.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The tokens of a login (RFC 6749, 5.1).
 *
 * @param expiresAt when the access token expires; absent if the provider does not say
 */
record TokenResponse(String accessToken, Optional<String> refreshToken, Optional<Instant> expiresAt) {
    private static final Duration LONGEST = Duration.ofDays(366);

    /**
     * @param requestedAt before the request, so that the token does not expire earlier than assumed
     * @throws LoginException if the answer has no bearer token, or a lifetime that is not valid
     */
    static TokenResponse of(ProviderAnswer answer, Instant requestedAt) {
        if (!answer.text("token_type").equalsIgnoreCase("Bearer")) {
            throw answer.unusable("with a token that is not a bearer token");
        }
        String accessToken = answer.text("access_token");
        if (!BearerToken.isValid(accessToken)) {
            throw answer.unusable("with characters in the access token that a bearer token cannot have");
        }
        var lifetime = answer.seconds("expires_in");
        if (lifetime.isPresent() && lifetime.getAsLong() < 1) {
            throw answer.unusable("with an access token that has already expired");
        }
        return new TokenResponse(
                accessToken,
                answer.optionalText("refresh_token"),
                lifetime.stream()
                        .mapToObj(seconds -> requestedAt.plusSeconds(Math.min(seconds, LONGEST.toSeconds())))
                        .findFirst());
    }

    boolean isUsableAt(Instant time) {
        return expiresAt.isEmpty() || time.isBefore(expiresAt.get());
    }

    /** A provider that does not rotate refresh tokens returns none (RFC 6749, 6). */
    TokenResponse orRefreshToken(String previous) {
        return new TokenResponse(accessToken, Optional.of(refreshToken.orElse(previous)), expiresAt);
    }

    /** Without the tokens. */
    @Override
    public String toString() {
        return "TokenResponse[expiresAt=" + expiresAt + "]";
    }
}
