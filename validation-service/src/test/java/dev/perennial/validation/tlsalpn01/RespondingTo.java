package dev.perennial.validation.tlsalpn01;

import java.time.Duration;
import java.util.OptionalInt;

/** The configuration of a responder, on a free port unless told. */
record RespondingTo(OptionalInt listenPort, int maxConnections, Duration handshakeLimit) implements TlsAlpn01Config {
    static final RespondingTo MANY = new RespondingTo(OptionalInt.of(0), 64, Duration.ofSeconds(20));

    RespondingTo atMost(int connections) {
        return new RespondingTo(listenPort, connections, handshakeLimit);
    }

    RespondingTo within(Duration limit) {
        return new RespondingTo(listenPort, maxConnections, limit);
    }

    RespondingTo on(int port) {
        return new RespondingTo(OptionalInt.of(port), maxConnections, handshakeLimit);
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
    public Duration selfCheckLimit() {
        return Duration.ZERO;
    }

    @Override
    public Duration requestTimeout() {
        return Duration.ofSeconds(10);
    }
}
