package dev.perennial.orders.doctor;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The connectivity check. {@code perennial.dns.resolver} resolves the names. */
@ConfigMapping(prefix = "perennial.doctor")
public interface DoctorConfig {
    /** The port to which the CA connects for http-01; 80 unless it is a test CA. */
    @WithDefault("80")
    int http01Port();

    /** The port to which the CA connects for tls-alpn-01; 443 unless it is a test CA. */
    @WithDefault("443")
    int tlsalpn01Port();

    /** Port of authoritative name servers; not 53 in tests only. */
    @WithDefault("53")
    int authoritativePort();

    /** Time limit of one DNS query, HTTP request or TLS handshake. */
    @WithDefault("3s")
    Duration requestTimeout();

    /** The time limit of one call. */
    @WithDefault("30s")
    Duration timeout();

    /** Largest accepted difference between the CA's clock and ours. */
    @WithDefault("1m")
    Duration maxClockSkew();
}
