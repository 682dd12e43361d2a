package dev.perennial.agent.target;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where a certificate is seen being served.
 *
 * @param serverName the SNI value; the first name of the leaf where absent
 */
public record ProbeTarget(String address, int port, Optional<String> serverName) {
    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, port);
    }

    /** {@code address:port}, as reports name it. */
    public String endpoint() {
        return address.contains(":") ? "[" + address + "]:" + port : address + ":" + port;
    }
}
