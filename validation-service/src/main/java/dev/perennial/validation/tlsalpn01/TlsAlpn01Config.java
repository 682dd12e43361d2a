package dev.perennial.validation.tlsalpn01;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** The responder and the self-check of tls-alpn-01. */
@ConfigMapping(prefix = "perennial.tlsalpn01")
public interface TlsAlpn01Config {
    /** Port of the responder; if absent, tls-alpn-01 is disabled. */
    OptionalInt listenPort();

    /** Listen address of the responder. */
    @WithDefault("127.0.0.1")
    String listenHost();

    /** Public port of the responder; other values than 443 are for test CAs. */
    @WithDefault("443")
    int port();

    /** Limit of one handshake at the responder, from the connection to its end. */
    @WithDefault("5s")
    Duration handshakeTimeout();

    /** Concurrent connections of the responder; further ones are closed at once. */
    @WithDefault("256")
    int maxConnections();

    /** Time limit of the self-check, with all its retries. */
    @WithDefault("3s")
    Duration selfCheckTimeout();

    /** Limit of one handshake of the self-check. */
    @WithDefault("3s")
    Duration requestTimeout();
}
