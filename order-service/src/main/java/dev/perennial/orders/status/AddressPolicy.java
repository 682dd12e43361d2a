package dev.perennial.orders.status;

import dev.perennial.events.IpAddress;
import dev.perennial.rules.requests.Network;
import java.net.InetAddress;
import java.util.List;

/**
 * Decides which addresses may be contacted: public ones, and those that the operator allows. A URL in a certificate
 * must not give access to internal networks. Pure.
 */
record AddressPolicy(List<Network> allowed) {
    /** Special-purpose networks in the registries of IANA that {@code InetAddress} does not recognize. */
    private static final List<Network> SPECIAL = networks(
            "0.0.0.0/8",
            "100.64.0.0/10",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "240.0.0.0/4",
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "fc00::/7");

    /** @param texts networks in CIDR notation */
    static AddressPolicy of(List<String> texts) {
        return new AddressPolicy(texts.stream().map(Network::parse).toList());
    }

    boolean allows(InetAddress address) {
        IpAddress ip = IpAddress.parse(address.getHostAddress().replaceAll("%.*", ""));
        return allowed.stream().anyMatch(network -> network.contains(ip)) || isPublic(address, ip);
    }

    private static boolean isPublic(InetAddress address, IpAddress ip) {
        return !address.isAnyLocalAddress()
                && !address.isLoopbackAddress()
                && !address.isLinkLocalAddress()
                && !address.isSiteLocalAddress()
                && !address.isMulticastAddress()
                && SPECIAL.stream().noneMatch(network -> network.contains(ip));
    }

    private static List<Network> networks(String... texts) {
        return List.of(texts).stream().map(Network::parse).toList();
    }
}
