package dev.perennial.acme;

import dev.perennial.events.IpAddress;
import dev.perennial.events.Network;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Decides which addresses may be contacted: public ones, and those that the operator allows. A URL in a certificate or
 * in the settings of an issuer must not give access to internal networks.
 */
public record AddressPolicy(List<Network> allowed) {
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

    /** Allows all addresses; for tests and measurements. */
    public static final AddressPolicy ANY = of(List.of("0.0.0.0/0", "::/0"));

    /** @param texts networks in CIDR notation */
    public static AddressPolicy of(List<String> texts) {
        return new AddressPolicy(texts.stream().map(Network::parse).toList());
    }

    static AddressPolicy of(AcmeConfig config) {
        return of(config.allowedNetworks().orElse(List.of()));
    }

    public boolean allows(InetAddress address) {
        IpAddress ip = IpAddress.parse(address.getHostAddress().replaceAll("%.*", ""));
        return allowed.stream().anyMatch(network -> network.contains(ip)) || isPublic(address, ip);
    }

    /**
     * Checks all addresses of a host, because the client chooses one of them. The JDK keeps them for 30 s, so that the
     * client connects to a checked address unless they expire between the two. A host without addresses passes.
     *
     * @throws ConnectException if an address is not allowed; no request was sent then
     */
    void require(String host) throws ConnectException {
        InetAddress[] all;
        try {
            all = InetAddress.getAllByName(host.replace("[", "").replace("]", ""));
        } catch (UnknownHostException e) {
            // The client reports it.
            return;
        }
        for (InetAddress address : all) {
            if (!allows(address)) {
                throw new ConnectException(
                        host + " resolves to " + address.getHostAddress()
                                + ", which is not public; no request was sent. If the CA is internal, list its network in"
                                + " perennial.acme.allowed-networks of the order-service, the validation-service and the issuance-service");
            }
        }
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
