package dev.perennial.dns;

import java.net.InetSocketAddress;

/**
 * An authoritative server of a zone, at one of its addresses.
 *
 * @param name as in the zone's NS record; no trailing dot
 * @param address unresolved if no address of the server was found
 */
public record NameServer(String name, InetSocketAddress address) {
    @Override
    public String toString() {
        return name + " ("
                + (address.isUnresolved() ? "no address" : address.getAddress().getHostAddress())
                + ")";
    }
}
