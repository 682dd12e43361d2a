package dev.perennial.cli;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** The access token of the stored login, refreshed if it expires within 30 s. */
final class LoginRefresh {
    private static final Duration MARGIN = Duration.ofSeconds(30);

    private final LoginFile file;
    private final InstantSource clock;

    LoginRefresh(LoginFile file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    /**
     * @return empty if no login is stored for this API
     * @throws LoginException if the login has expired or cannot be read
     * @throws ProviderUnreachableException if the identity provider cannot be reached
     */
    Optional<String> accessToken(URI api) {
        Optional<StoredLogin> login = find(api);
        if (login.isPresent() && isExpiring(login.get())) {
            // A provider that rotates refresh tokens can end the login if one is used twice (RFC 6749, 10.4).
            login = file.locked(() -> find(api).map(this::current));
        }
        return login.map(it -> it.tokens().accessToken());
    }

    private Optional<StoredLogin> find(URI api) {
        return file.read().filter(login -> login.isFor(api));
    }

    private boolean isExpiring(StoredLogin login) {
        return !login.tokens().isUsableAt(clock.instant().plus(MARGIN));
    }

    /** Another process may have refreshed the token while this one waited for the lock. */
    private StoredLogin current(StoredLogin login) {
        if (!isExpiring(login)) {
            return login;
        }
        if (login.tokens().refreshToken().isEmpty()) {
            return lastSeconds(login);
        }
        StoredLogin refreshed = refresh(login, login.tokens().refreshToken().get());
        file.write(refreshed);
        return refreshed;
    }

    private StoredLogin lastSeconds(StoredLogin login) {
        if (!login.tokens().isUsableAt(clock.instant())) {
            throw expired("the identity provider issued no refresh token");
        }
        return login;
    }

    private StoredLogin refresh(StoredLogin login, String refreshToken) {
        OpenIdProvider provider = OpenIdProvider.discover(login.provider(), new ProviderHttp(), clock);
        return switch (provider.refresh(login.clientId(), refreshToken)) {
            case OpenIdProvider.TokenAnswer.Granted granted ->
                login.with(granted.tokens().orRefreshToken(refreshToken));
            case OpenIdProvider.TokenAnswer.Refused refused ->
                throw expired("the identity provider " + login.provider() + " answered " + refused.error());
        };
    }

    private static LoginException expired(String reason) {
        return LoginException.unusable("the login has expired; run perennial login (" + reason + ")");
    }
}
