package dev.perennial.validation.tlsalpn01;

import java.time.Duration;
import java.util.OptionalInt;

/** The configuration of a responder, by default on a free port. */
record ResponderSettings(OptionalInt listenPort, int maxConnections, Duration handshakeTimeout)
        implements TlsAlpn01Config {
    static final ResponderSettings MANY = new ResponderSettings(OptionalInt.of(0), 64, Duration.ofSeconds(20));

    ResponderSettings atMost(int connections) {
        return new ResponderSettings(listenPort, connections, handshakeTimeout);
    }

    ResponderSettings within(Duration limit) {
        return new ResponderSettings(listenPort, maxConnections, limit);
    }

    ResponderSettings on(int port) {
        return new ResponderSettings(OptionalInt.of(port), maxConnections, handshakeTimeout);
    }

    @Override
    public String listenHost() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return 443;
    }

    @Override
    public Duration selfCheckTimeout() {
        return Duration.ZERO;
    }

    @Override
    public Duration requestTimeout() {
        return Duration.ofSeconds(10);
    }
}
