package dev.perennial.acme;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The CAs this installation may order at, by name. */
@ConfigMapping(prefix = "perennial")
public interface IssuersConfig {
    Map<String, Issuer> issuers();

    /** One ACME CA. */
    interface Issuer {
        /** A CA that is known here, for example {@code letsencrypt}. */
        Optional<CaPreset> preset();

        /**
         * Directory URL (RFC 8555 section 7.1.1); https only, and every URL of the CA must have its origin. The preset's where
         * absent.
         */
        Optional<URI> directory();

        /**
         * Where in Vault the external account binding is (RFC 8555 section 7.3.4), for example {@code eab/zerossl}: fields
         * {@code kid} and {@code hmacKey} (base64url).
         */
        Optional<String> eabPath();

        /** PEM file with the roots the CA's own TLS certificate must chain to; the system's where absent. */
        Optional<Path> trustedRoots();

        /** Profile asked for at newOrder; the CA's choice where absent. */
        Optional<String> profile();

        /** Contact of the account, for example {@code mailto:pki@example.com}. */
        Optional<URI> contact();

        /** That the operator has agreed to the CA's terms of service. */
        @WithDefault("false")
        boolean termsOfServiceAgreed();

        /** Limit of one request. */
        @WithDefault("20s")
        Duration requestTimeout();
    }
}
