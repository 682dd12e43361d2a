package dev.perennial.orders.doctor;

import java.net.InetAddress;

/** The result of a probe at one address. */
sealed interface ProbeResult {
    InetAddress address();

    /** The responder of this installation answered. */
    record Responder(InetAddress address) implements ProbeResult {}

    /**
     * The responder did not answer.
     *
     * @param evidence the other answer, or the error
     */
    record Failed(InetAddress address, String evidence) implements ProbeResult {}

    /** This host cannot check the address: it has no route to addresses of that family. */
    record NoRoute(InetAddress address, String why) implements ProbeResult {}
}
