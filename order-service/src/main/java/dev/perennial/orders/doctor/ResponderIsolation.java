package dev.perennial.orders.doctor;

import java.net.InetAddress;
import java.util.List;

/**
 * What surrounds the responder at an address.
 *
 * @param otherFolders paths outside of the challenge path whose requests reach the responder too
 * @param unusedToken the answer to a token of no challenge
 */
record ResponderIsolation(InetAddress address, List<String> otherFolders, TokenAnswer unusedToken) {
    ResponderIsolation {
        otherFolders = List.copyOf(otherFolders);
    }

    /** Who answers a token below the challenge path. */
    sealed interface TokenAnswer {
        record Responder() implements TokenAnswer {}

        /**
         * Another server, or an error page of the router.
         *
         * @param body the begin of the body, safe for a terminal
         */
        record Other(int status, String body) implements TokenAnswer {}

        /** @param why the error */
        record None(String why) implements TokenAnswer {}
    }
}
