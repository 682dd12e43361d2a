package dev.perennial.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Polls the token endpoint until a person has approved or denied a login (RFC 8628, 3.4 and 3.5). */
final class DeviceLogin {
    private static final Duration SLOW_DOWN = Duration.ofSeconds(5);
    private static final Duration LONGEST_DOUBLED = Duration.ofSeconds(30);

    private final OpenIdProvider provider;
    private final String clientId;
    private final InstantSource clock;
    private final Pause pause;

    /** Waits between two token requests. */
    @FunctionalInterface
    interface Pause {
        void sleep(Duration interval) throws InterruptedException;
    }

    DeviceLogin(OpenIdProvider provider, String clientId, InstantSource clock, Pause pause) {
        this.provider = provider;
        this.clientId = clientId;
        this.clock = clock;
        this.pause = pause;
    }

    /** @throws LoginException if the person denies the login, the code expires, or the provider refuses */
    TokenResponse await(DeviceAuthorization device) throws InterruptedException {
        Instant deadline = clock.instant().plus(device.lifetime());
        Duration interval = device.interval();
        String outage = "";
        while (clock.instant().plus(interval).isBefore(deadline)) {
            pause.sleep(interval);
            try {
                switch (provider.exchange(clientId, device.deviceCode())) {
                    case OpenIdProvider.TokenAnswer.Granted granted -> {
                        return granted.tokens();
                    }
                    case OpenIdProvider.TokenAnswer.Refused refused -> interval = next(interval, refused.error());
                }
                outage = "";
            } catch (ProviderUnreachableException e) {
                interval = afterOutage(interval);
                outage = " (last attempt: " + e.getMessage() + ")";
            }
        }
        throw expired(outage);
    }

    private static Duration next(Duration interval, String error) {
        return switch (error) {
            case "authorization_pending" -> interval;
            case "slow_down" -> interval.plus(SLOW_DOWN);
            case "access_denied" ->
                throw LoginException.notApproved(
                        "the login was denied at the identity provider; run perennial login to try again");
            case "expired_token" -> throw expired("");
            default ->
                throw LoginException.unusable("the identity provider refused the login: " + error
                        + "; check the client at the provider, and run perennial login again");
        };
    }

    /** Doubled up to a minute, then always longer: a client must poll less often after a lost connection. */
    private static Duration afterOutage(Duration interval) {
        return interval.compareTo(LONGEST_DOUBLED) <= 0 ? interval.multipliedBy(2) : interval.plus(SLOW_DOWN);
    }

    private static LoginException expired(String outage) {
        return LoginException.notApproved(
                "the code expired before the login was approved" + outage + "; run perennial login again");
    }
}
