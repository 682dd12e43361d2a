package dev.perennial.agent.proof;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Handshakes with one endpoint, with the offer that suits it: the economical one first; the full one if the server
 * accepts nothing of it; a narrower one if the server presents a certificate with another type of key, of which it may
 * have one for each type (RSA and ECDSA). The offer that succeeded is used for the next handshakes.
 */
final class OfferedHandshake {
    private final Method method;
    private final Optional<X509Certificate> expected;
    private final Map<String, Offer> known;
    private Optional<Offer> narrowed = Optional.empty();
    private int count;

    /** One handshake. */
    interface Method {
        HandshakeResult perform(ClientConnection connection, Offer offer);
    }

    /**
     * @param expected the leaf that determines the type of key; empty for any
     * @param known the offer that an endpoint needs, if not the economical one; shared by all checks
     */
    OfferedHandshake(Method method, Optional<X509Certificate> expected, Map<String, Offer> known) {
        this.known = known;
        this.method = method;
        this.expected = expected;
    }

    HandshakeResult perform(ClientConnection connection) {
        if (narrowed.isPresent()) {
            HandshakeResult result = with(narrowed.get(), connection);
            if (isOfExpectedType(result)) {
                return result;
            }
            narrowed = Optional.empty();
        }
        HandshakeResult result = general(connection);
        for (Offer offer : narrowed(result)) {
            HandshakeResult other = with(offer, connection);
            if (isOfExpectedType(other)) {
                narrowed = Optional.of(offer);
                return other;
            }
        }
        return result;
    }

    private HandshakeResult general(ClientConnection connection) {
        String endpoint = connection.verification().endpoint();
        Offer offer = known.getOrDefault(endpoint, Offer.FIRST);
        HandshakeResult result = with(offer, connection);
        if (offer != Offer.ANY && result instanceof HandshakeResult.HandshakeFailed failed && failed.refused()) {
            result = with(Offer.ANY, connection);
            if (result instanceof HandshakeResult.Served) {
                known.put(endpoint, Offer.ANY);
            }
        }
        return result;
    }

    /** The number of handshakes so far. */
    int count() {
        return count;
    }

    private HandshakeResult with(Offer offered, ClientConnection connection) {
        count++;
        return method.perform(connection, offered);
    }

    private List<Offer> narrowed(HandshakeResult result) {
        return result instanceof HandshakeResult.Served && expected.isPresent() && !isOfExpectedType(result)
                ? Offer.forKeyOf(expected.get())
                : List.of();
    }

    private boolean isOfExpectedType(HandshakeResult result) {
        return result instanceof HandshakeResult.Served served
                && expected.map(leaf -> leaf.getPublicKey().getAlgorithm().equals(served.keyAlgorithm()))
                        .orElse(true);
    }
}
