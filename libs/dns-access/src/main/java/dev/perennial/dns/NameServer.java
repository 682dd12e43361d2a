package dev.perennial.dns;

import java.net.InetSocketAddress;

/**
 * One of the servers that answer for a zone, at one of its addresses.
 *
 * @param name as the zone's NS record has it; no trailing dot
 */
public record NameServer(String name, InetSocketAddress address) {
    @Override
    public String toString() {
        return name + " (" + address.getAddress().getHostAddress() + ")";
    }
}
