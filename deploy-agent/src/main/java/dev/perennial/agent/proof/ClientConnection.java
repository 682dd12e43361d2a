package dev.perennial.agent.proof;

import dev.perennial.agent.targets.Verification;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * One connection of a verification.
 *
 * @param address one of those of the verification
 * @param serverName for SNI; an IP address is not sent
 */
record ClientConnection(Verification verification, InetAddress address, String serverName) {
    InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, verification.port());
    }

    /** For evidence. */
    String text() {
        return "at " + Verification.endpoint(address.getHostAddress(), verification.port()) + " for '" + serverName
                + "'";
    }
}
