package dev.perennial.validation.dns01;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The DNS provider accounts, by name. Their credentials are in Vault, at {@code dns/<name>}. */
@ConfigMapping(prefix = "perennial.dns-providers")
public interface ProvidersConfig {
    /** The accounts by name. */
    @WithParentName
    Map<String, Provider> providers();

    /** One account at one provider. */
    interface Provider {
        /** {@code rfc2136}, {@code powerdns}, {@code httpreq}, {@code cloudflare} or {@code route53}. */
        String type();

        /** The zone of the records, detected if absent. If set, records in this zone are written by this provider. */
        Optional<String> zone();

        /** rfc2136: address and port of the primary, for example {@code 192.0.2.53:53}. */
        Optional<String> server();

        /** Base URL of the API. */
        Optional<URI> url();

        /** powerdns: the server id. */
        @WithDefault("localhost")
        String serverId();

        /**
         * The rights that its credential is meant to have; a daily check warns about broader ones. {@code
         * challenge-names}: TXT records at {@code _acme-challenge} labels; {@code txt}: TXT records of the whole zone;
         * {@code unchecked}: no check.
         */
        @WithDefault("challenge-names")
        ExpectedRights expectedRights();

        /** TTL of the records. */
        @WithDefault("60s")
        Duration ttl();

        /** Time until every authoritative server must serve a new record. */
        @WithDefault("2m")
        Duration propagationTimeout();

        /** Limit of one request. */
        @WithDefault("10s")
        Duration requestTimeout();
    }
}
