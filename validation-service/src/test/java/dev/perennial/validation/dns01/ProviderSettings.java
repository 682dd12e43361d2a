package dev.perennial.validation.dns01;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Configuration of one provider, for tests. */
record ProviderSettings(
        String type,
        Optional<String> zone,
        Optional<String> server,
        Optional<URI> url,
        Duration propagationTimeout,
        Duration requestTimeout,
        ExpectedRights expectedRights)
        implements ProvidersConfig.Provider {
    static ProviderSettings rfc2136(String server) {
        return new ProviderSettings(
                "rfc2136",
                Optional.empty(),
                Optional.of(server),
                Optional.empty(),
                Duration.ofSeconds(20),
                Duration.ofSeconds(5),
                ExpectedRights.CHALLENGE_NAMES);
    }

    static ProviderSettings api(String type, URI url) {
        return new ProviderSettings(
                type,
                Optional.empty(),
                Optional.empty(),
                Optional.of(url),
                Duration.ofSeconds(20),
                Duration.ofSeconds(5),
                ExpectedRights.CHALLENGE_NAMES);
    }

    ProviderSettings within(Duration limit) {
        return new ProviderSettings(type, zone, server, url, limit, requestTimeout, expectedRights);
    }

    ProviderSettings withRequestTimeout(Duration limit) {
        return new ProviderSettings(type, zone, server, url, propagationTimeout, limit, expectedRights);
    }

    ProviderSettings of(String itsZone, ExpectedRights expected) {
        return new ProviderSettings(
                type, Optional.of(itsZone), server, url, propagationTimeout, requestTimeout, expected);
    }

    @Override
    public String serverId() {
        return "localhost";
    }

    @Override
    public Duration ttl() {
        return Duration.ofSeconds(5);
    }
}
