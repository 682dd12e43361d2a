package dev.perennial.validation.tlsalpn01;

import dev.perennial.events.Identifier;
import dev.perennial.events.IpAddress;
import java.util.Locale;
import java.util.Optional;
import org.xbill.DNS.Name;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.TextParseException;

/**
 * The server name (SNI, RFC 6066 section 3) of a tls-alpn-01 handshake. An IP address is written as its reverse name
 * (RFC 8738 section 6).
 */
final class TlsAlpnParameters {
    private static final String IPV4_SUFFIX = ".in-addr.arpa";
    private static final String IPV6_SUFFIX = ".ip6.arpa";

    private TlsAlpnParameters() {}

    static String serverName(Identifier identifier) {
        return identifier.ofType(Identifier.IP)
                ? ReverseMap.fromAddress(identifier.ip().address()).toString(true)
                : identifier.value();
    }

    /** The identifier of a server name; empty if the name is not a valid identifier. */
    static Optional<Identifier> identifier(String serverName) {
        String name = serverName.toLowerCase(Locale.ROOT);
        try {
            return Optional.of(
                    name.endsWith(IPV4_SUFFIX) || name.endsWith(IPV6_SUFFIX)
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
            throw new IllegalArgumentException("not the reverse name of an address: " + reverseName, e);
        }
    }
}
