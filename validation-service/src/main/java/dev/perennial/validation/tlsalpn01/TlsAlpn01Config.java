package dev.perennial.validation.tlsalpn01;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** Where tls-alpn-01 is answered, and how it is seen from the outside. */
@ConfigMapping(prefix = "perennial.tlsalpn01")
public interface TlsAlpn01Config {
    /** The port of the responder; without one there is none, and tls-alpn-01 is not used. */
    OptionalInt listenPort();

    /** The address that the responder listens on. */
    @WithDefault("127.0.0.1")
    String listenHost();

    /** The port on which the world, and so the CA, reaches the responder; 443 unless the CA is a test CA. */
    @WithDefault("443")
    int port();

    /** Limit of one handshake, from the connection to its end, as the responder sees it. */
    @WithDefault("5s")
    Duration handshakeLimit();

    /** How many connections the responder serves at once; the next one is closed without an answer. */
    @WithDefault("256")
    int maxConnections();

    /** How long our own look is repeated before the identifier is called unprovable. */
    @WithDefault("3s")
    Duration selfCheckLimit();

    /** Limit of one look. */
    @WithDefault("3s")
    Duration requestTimeout();
}
