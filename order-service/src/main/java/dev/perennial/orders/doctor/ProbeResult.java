package dev.perennial.orders.doctor;

import java.net.InetAddress;

/** What a probe met at one address. */
sealed interface ProbeResult {
    InetAddress address();

    /** Our responder. */
    record Responder(InetAddress address) implements ProbeResult {}

    /** @param seen something else, or nobody */
    record Elsewhere(InetAddress address, String seen) implements ProbeResult {}

    /** This host cannot tell: it has no way to addresses of that family. */
    record Untold(InetAddress address, String why) implements ProbeResult {}
}
