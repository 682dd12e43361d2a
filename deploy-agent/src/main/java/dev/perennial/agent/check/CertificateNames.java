package dev.perennial.agent.check;

import dev.perennial.events.IpAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** The DNS names and IP addresses of a leaf (RFC 5280 section 4.2.1.6). */
public final class CertificateNames {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;
    /** The label in the place of the wildcard. */
    private static final String LABEL = "perennial-probe";

    private CertificateNames() {}

    /** In the order of the certificate; empty if there are none or the extension cannot be read. */
    public static List<String> of(X509Certificate leaf) {
        try {
            var names = leaf.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name ->
                                    name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS))
                            .map(name -> name.get(0).equals(IP_ADDRESS)
                                    ? IpAddress.parse(name.get(1).toString()).value()
                                    : name.get(1).toString().toLowerCase(Locale.ROOT))
                            .filter(name -> !name.isBlank())
                            .toList();
        } catch (CertificateParsingException | IllegalArgumentException e) {
            return List.of();
        }
    }

    /**
     * The names that clients use, without duplicates: first the names without a wildcard; then a name below each
     * wildcard; without any name, one address: clients send no address in SNI, so that one handshake stands for all. Beside
     * names, an address is not verified, because a server of many certificates has another one for clients without SNI.
     */
    public static List<String> serverNames(X509Certificate leaf) {
        List<String> names = of(leaf);
        Predicate<String> wildcard = name -> name.startsWith("*.");
        Set<String> serverNames = new LinkedHashSet<>();
        names.stream()
                .filter(wildcard.negate())
                .filter(name -> !IpAddress.is(name))
                .forEach(serverNames::add);
        names.stream().filter(wildcard).map(name -> LABEL + name.substring(1)).forEach(serverNames::add);
        if (serverNames.isEmpty()) {
            names.stream().filter(IpAddress::is).limit(1).forEach(serverNames::add);
        }
        return List.copyOf(serverNames);
    }

    /** RFC 6125 section 6.4.3: a wildcard matches exactly one leftmost label. */
    public static boolean covers(List<String> names, String serverName) {
        String host = serverName.toLowerCase(Locale.ROOT);
        int dot = host.indexOf('.');
        return names.stream()
                .anyMatch(name -> name.equals(host)
                        || (name.startsWith("*.")
                                && dot > 0
                                && host.substring(dot).equals(name.substring(1))));
    }
}
