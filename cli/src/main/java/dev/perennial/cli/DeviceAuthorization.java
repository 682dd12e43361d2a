package dev.perennial.cli;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * A device authorization response (RFC 8628, 3.2).
 *
 * @param deviceCode secret
 * @param userCode the person enters it at the verification address
 * @param completeAddress contains the user code
 * @param lifetime of both codes, at most 30 minutes
 * @param interval between two token requests, at least a second
 */
record DeviceAuthorization(
        String deviceCode,
        String userCode,
        URI address,
        Optional<URI> completeAddress,
        Duration lifetime,
        Duration interval) {
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final long DEFAULT_INTERVAL = 5;
    private static final int USER_CODE_LENGTH = 64;

    /** @throws LoginException if a required field is missing, or a field is not valid */
    static DeviceAuthorization of(ProviderAnswer answer) {
        String userCode = answer.text("user_code");
        if (userCode.length() > USER_CODE_LENGTH) {
            throw answer.unusable("with a user_code of more than " + USER_CODE_LENGTH + " characters");
        }
        long lifetime = answer.seconds("expires_in").orElseThrow(() -> answer.unusable("without the field expires_in"));
        long interval = answer.seconds("interval").orElse(DEFAULT_INTERVAL);
        if (lifetime < 1) {
            throw answer.unusable("with a code that has already expired");
        }
        long bounded = Math.min(lifetime, LONGEST.toSeconds());
        if (interval >= bounded) {
            throw answer.unusable("with an interval that is longer than the lifetime of the code");
        }
        return new DeviceAuthorization(
                answer.text("device_code"),
                userCode,
                SecureUrl.parse("verification_uri", answer.text("verification_uri")),
                answer.optionalText("verification_uri_complete")
                        .map(url -> SecureUrl.parse("verification_uri_complete", url)),
                Duration.ofSeconds(bounded),
                Duration.ofSeconds(Math.max(1, interval)));
    }

    /** Without the device code. */
    @Override
    public String toString() {
        return "DeviceAuthorization[userCode=" + userCode + ", lifetime=" + lifetime + "]";
    }
}
