package dev.perennial.validation.dns01;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The DNS providers and accounts, by name. Credentials are in Vault, at {@code dns/<name>}. */
@ConfigMapping(prefix = "perennial")
public interface ProvidersConfig {
    Map<String, Provider> dnsProviders();

    /** One account at one provider. */
    interface Provider {
        /** {@code rfc2136}, {@code powerdns}, {@code httpreq}, {@code cloudflare} or {@code route53}. */
        String type();

        /** The zone that records are written into; found out where absent. Also: records below it go to this provider. */
        Optional<String> zone();

        /** rfc2136: address and port of the primary, {@code 192.0.2.53:53}. */
        Optional<String> server();

        /** Base URL of the API. */
        Optional<URI> url();

        /** powerdns: the server's id. */
        @WithDefault("localhost")
        String serverId();

        /** Of the records. */
        @WithDefault("60s")
        Duration ttl();

        /** How long every authoritative server may take to show a record. */
        @WithDefault("2m")
        Duration propagationLimit();

        /** Of one request. */
        @WithDefault("10s")
        Duration requestTimeout();
    }
}
