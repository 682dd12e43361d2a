package dev.perennial.validation.tlsalpn01;

import dev.perennial.events.Identifier;
import java.util.Optional;

/** What goes into the two extensions of a handshake: ALPN (RFC 8737 section 3) and SNI (RFC 6066 section 3). */
final class AcmeTls {
    static final String PROTOCOL = "acme-tls/1";
    static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private AcmeTls() {}

    static String serverName(Identifier identifier) {
        return identifier.value();
    }

    /** Whom a handshake is about; empty for a name that no identifier has. */
    static Optional<Identifier> identifier(String serverName) {
        try {
            return Optional.of(Identifier.dns(serverName));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
