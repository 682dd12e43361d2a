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
        /** Directory URL (RFC 8555 section 7.1.1); https only, and every URL of the CA must have its origin. */
        URI directory();

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
