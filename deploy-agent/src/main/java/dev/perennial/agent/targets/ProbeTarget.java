package dev.perennial.agent.targets;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The endpoint where a certificate is served.
 *
 * @param serverName the SNI value; if absent, the first name of the leaf
 * @param proxyProtocol whether the endpoint expects the header of the PROXY protocol before the handshake
 */
public record ProbeTarget(String address, int port, Optional<String> serverName, boolean proxyProtocol) {
    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, port);
    }

    /** {@code address:port}, as reports name it. */
    public String endpoint() {
        return address.contains(":") ? "[" + address + "]:" + port : address + ":" + port;
    }
}
