package dev.perennial.agent.targets;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An endpoint of a target, and how a client obtains its certificate there. A target is proven only if all its
 * verifications show the certificate.
 *
 * @param address host name or IP address; every address of a host name is verified
 * @param proxyProtocol the version of the PROXY protocol whose header the endpoint expects before anything else
 */
public record Verification(
        Protocol protocol, String address, int port, Names names, Optional<ProxyProtocol> proxyProtocol) {
    /** The protocol before the TLS handshake. */
    public enum Protocol {
        /** The connection starts with the TLS handshake, for example HTTPS. */
        TLS,
        /** STARTTLS, RFC 3207. */
        SMTP,
        /** STARTTLS, RFC 9051. */
        IMAP,
        /** STLS, RFC 2595. */
        POP3,
        /** The StartTLS operation, RFC 4511. */
        LDAP,
        POSTGRESQL,
        /** Also MariaDB. */
        MYSQL;

        /** As in the host file. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A version of the PROXY protocol. */
    public enum ProxyProtocol {
        V1,
        V2
    }

    /** The names of the certificate for which a handshake is made. */
    public sealed interface Names {
        /** Every name. */
        record All() implements Names {}

        /** One name, preferably without a wildcard. */
        record First() implements Names {}

        /** This name, which the certificate must cover. */
        record Only(String serverName) implements Names {}
    }

    /** TLS at once, without the PROXY protocol. */
    public static Verification tls(String address, int port, Names names) {
        return new Verification(Protocol.TLS, address, port, names, Optional.empty());
    }

    /** @param ofCertificate the names of the certificate, at least one */
    public List<String> serverNames(List<String> ofCertificate) {
        return switch (names) {
            case Names.All all -> ofCertificate;
            case Names.First first -> List.of(ofCertificate.getFirst());
            case Names.Only only -> List.of(only.serverName());
        };
    }

    /** The server name that the certificate must cover. */
    public Optional<String> requiredName() {
        return names instanceof Names.Only only ? Optional.of(only.serverName()) : Optional.empty();
    }

    /** {@code address:port}, as reports name it. */
    public String endpoint() {
        return endpoint(address, port);
    }

    /** {@code address:port}; an IPv6 address is in brackets. */
    public static String endpoint(String address, int port) {
        return address.contains(":") ? "[" + address + "]:" + port : address + ":" + port;
    }
}
