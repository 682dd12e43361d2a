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

    /** Where authoritative name servers answer; 53 unless they are those of a test. */
    @WithDefault("53")
    int authoritativePort();

    /** Limit of one question, fetch or handshake. */
    @WithDefault("3s")
    Duration requestTimeout();

    /** The time limit of one call. */
    @WithDefault("30s")
    Duration limit();

    /** How far the CA's clock may be from ours. */
    @WithDefault("1m")
    Duration clockTolerance();
}
