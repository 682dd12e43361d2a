package dev.perennial.orders.doctor;

import java.net.InetAddress;

/** What a probe met at one address. */
sealed interface Reach {
    InetAddress address();

    /** Our responder. */
    record Responder(InetAddress address) implements Reach {}

    /** @param seen something else, or nobody */
    record Elsewhere(InetAddress address, String seen) implements Reach {}

    /** This host cannot tell: it has no way to addresses of that family. */
    record Untold(InetAddress address, String why) implements Reach {}
}
