package dev.perennial.orders.doctor;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the connectivity test looks. Names are looked up where {@code perennial.dns.resolver} says. */
@ConfigMapping(prefix = "perennial.doctor")
public interface DoctorConfig {
    /** The port on which the CA looks for http-01 answers; 80 unless it is a test CA. */
    @WithDefault("80")
    int http01Port();

    /** The port on which the CA looks for tls-alpn-01 answers; 443 unless it is a test CA. */
    @WithDefault("443")
    int tlsalpn01Port();

    /** Where authoritative name servers answer; 53 unless they are those of a test. */
    @WithDefault("53")
    int authoritativePort();

    /** Limit of one question, fetch or handshake. */
    @WithDefault("3s")
    Duration requestTimeout();

    /** Limit of everything that one call looks at. */
    @WithDefault("30s")
    Duration limit();

    /** How far the CA's clock may be from ours. */
    @WithDefault("1m")
    Duration clockTolerance();
}
