package dev.perennial.orders.doctor;

import java.net.InetAddress;

/** What a probe met at one address. */
sealed interface ProbeResult {
    InetAddress address();

    /** Our responder. */
    record Responder(InetAddress address) implements ProbeResult {}

    /** @param seen another answer, or none */
    record Elsewhere(InetAddress address, String seen) implements ProbeResult {}

    /** This host cannot check it: it has no route to addresses of that family. */
    record Untold(InetAddress address, String why) implements ProbeResult {}
}
