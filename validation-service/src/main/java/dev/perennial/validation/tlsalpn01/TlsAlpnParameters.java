package dev.perennial.validation.tlsalpn01;

import dev.perennial.events.Identifier;
import dev.perennial.events.IpAddress;
import java.util.Locale;
import java.util.Optional;
import org.xbill.DNS.Name;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.TextParseException;

/**
 * What goes into the two extensions of a handshake: ALPN (RFC 8737 section 3) and SNI (RFC 6066 section 3), in which an address
 * is written as its name in the reverse tree (RFC 8738 section 6).
 */
final class TlsAlpnParameters {
    private static final String V4_TREE = ".in-addr.arpa";
    private static final String V6_TREE = ".ip6.arpa";

    private TlsAlpnParameters() {}

    static String serverName(Identifier identifier) {
        return identifier.ofType(Identifier.IP)
                ? ReverseMap.fromAddress(identifier.ip().address()).toString(true)
                : identifier.value();
    }

    /** Whom a handshake is about; empty for a name that no identifier has. */
    static Optional<Identifier> identifier(String serverName) {
        String name = serverName.toLowerCase(Locale.ROOT);
        try {
            return Optional.of(
                    name.endsWith(V4_TREE) || name.endsWith(V6_TREE)
                            ? Identifier.ip(address(name))
                            : Identifier.dns(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static IpAddress address(String reverseName) {
        try {
            return IpAddress.parse(
                    ReverseMap.fromName(Name.fromString(reverseName + ".")).getHostAddress());
        } catch (TextParseException | java.net.UnknownHostException e) {
            throw new IllegalArgumentException("no address has the name " + reverseName, e);
        }
    }
}
