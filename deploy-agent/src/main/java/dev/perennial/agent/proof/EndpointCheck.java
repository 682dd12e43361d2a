package dev.perennial.agent.proof;

import dev.perennial.agent.targets.Turnover;
import dev.perennial.agent.targets.Verification;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The handshakes of one verification: for every name and every address. */
final class EndpointCheck {
    private static final int MOST_NAMES = 100;
    private static final int MOST_ADDRESSES = 16;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(25);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    /**
     * If the processes of the server are not visible, two rounds, this far apart, must show the certificate. While nginx
     * reloads, old and new workers accept connections for 100 ms and more, so one handshake with a new worker proves
     * nothing about the next client.
     */
    private static final Duration STEADY = Duration.ofMillis(240);

    private final Verification verification;
    private final ExpectedCertificate expected;
    private final OfferedHandshake handshake;

    EndpointCheck(Verification verification, ExpectedCertificate expected, OfferedHandshake handshake) {
        this.verification = verification;
        this.expected = expected;
        this.handshake = handshake;
    }

    /** The result of the check, with the number of its handshakes. */
    sealed interface Result {
        int handshakes();

        /** Every handshake of the last round showed the certificate. */
        record Match(Proof proof, int handshakes) implements Result {
            Match by(Proof.Turnover turnover) {
                return new Match(
                        new Proof(
                                proof.endpoint(),
                                proof.protocol(),
                                proof.serverName(),
                                proof.tlsVersion(),
                                proof.names(),
                                Optional.of(turnover)),
                        handshakes);
            }
        }

        /** A handshake did not. */
        record NoMatch(String evidence, int handshakes) implements Result {}
    }

    /** The endpoint has no address, or too many. */
    static final class AddressException extends IOException {
        private static final long serialVersionUID = 1L;

        AddressException(String message, IOException cause) {
            super(message, cause);
        }
    }

    /** One round, for a server that was not reloaded. */
    Result once() {
        try {
            return round(connections());
        } catch (AddressException e) {
            return noMatch(e.getMessage());
        }
    }

    /**
     * Rounds until the certificate is shown by every process that accepts connections.
     *
     * @param deadline of {@link System#nanoTime()}
     */
    Result steadily(long deadline, Turnover turnover) {
        Duration pause = FIRST_PAUSE;
        while (true) {
            Result result =
                    switch (turnover.await(deadline)) {
                        case COMPLETE -> complete(turnover);
                        case UNKNOWN -> sampled();
                        case PENDING ->
                            noMatch("at " + verification.endpoint()
                                    + " processes from before the reload still accept connections; the server may have kept"
                                    + " its former configuration");
                    };
            if (result instanceof Result.Match || System.nanoTime() + pause.toNanos() >= deadline) {
                return result;
            }
            sleep(pause);
            Duration longer = pause.multipliedBy(3).dividedBy(2);
            pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
        }
    }

    /** One round, which counts only if the server began no other turnover during it. */
    private Result complete(Turnover turnover) {
        Result result = once();
        return switch (result) {
            case Result.Match match ->
                turnover.unchanged()
                        ? match.by(Proof.Turnover.COMPLETE)
                        : noMatch("at " + verification.endpoint() + " the processes of the server changed again");
            case Result.NoMatch none -> none;
        };
    }

    /**
     * A round with every name, and a later one with one name. The processes of a server differ, not its names; so one
     * name suffices for the later round.
     */
    private Result sampled() {
        Result result = once();
        if (result instanceof Result.Match) {
            sleep(STEADY);
            result = again();
        }
        return result instanceof Result.Match match ? match.by(Proof.Turnover.SAMPLED) : result;
    }

    private Result again() {
        try {
            return round(connections(verification, List.of(serverNames().getFirst())));
        } catch (AddressException e) {
            return noMatch(e.getMessage());
        }
    }

    private Result round(List<ClientConnection> connections) {
        String tlsVersion = "";
        for (ClientConnection connection : connections) {
            switch (handshake.perform(connection)) {
                case HandshakeResult.Served served -> {
                    Optional<String> difference = expected.difference(served);
                    if (difference.isPresent()) {
                        return noMatch(connection, difference.get());
                    }
                    tlsVersion = served.protocol();
                }
                case HandshakeResult.HandshakeFailed failed -> {
                    return noMatch(connection, "no handshake: " + failed.reason());
                }
                case HandshakeResult.Unreachable unreachable -> {
                    return noMatch(connection, "no handshake: " + unreachable.reason());
                }
            }
        }
        return new Result.Match(
                new Proof(
                        verification.endpoint(),
                        verification.protocol().text(),
                        serverNames().getFirst(),
                        tlsVersion,
                        Math.min(MOST_NAMES, serverNames().size()),
                        Optional.empty()),
                handshake.count());
    }

    private Result noMatch(ClientConnection connection, String evidence) {
        return noMatch(connection.text() + " " + evidence);
    }

    private Result noMatch(String evidence) {
        return new Result.NoMatch(evidence + " (" + handshake.count() + " handshakes)", handshake.count());
    }

    private List<String> serverNames() {
        return verification.serverNames(expected.names());
    }

    private List<ClientConnection> connections() throws AddressException {
        return connections(verification, some(serverNames()));
    }

    /** All names if they are few; otherwise the first, and as many in a row as allowed from a random one. */
    private static List<String> some(List<String> names) {
        if (names.size() <= MOST_NAMES) {
            return names;
        }
        List<String> some = new ArrayList<>(List.of(names.getFirst()));
        int start = ThreadLocalRandom.current().nextInt(names.size());
        for (int i = 0; some.size() < MOST_NAMES; i++) {
            int next = (start + i) % names.size();
            if (next != 0) {
                some.add(names.get(next));
            }
        }
        return some;
    }

    /** At least one. */
    static List<ClientConnection> connections(Verification verification, List<String> names) throws AddressException {
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(verification.address());
        } catch (UnknownHostException e) {
            throw new AddressException("no handshake: " + verification.endpoint() + " has no address: " + e, e);
        }
        if (addresses.length > MOST_ADDRESSES) {
            throw new AddressException(
                    verification.endpoint() + " has " + addresses.length + " addresses; at most " + MOST_ADDRESSES
                            + " are verified: write one item of 'verify' for each",
                    null);
        }
        List<ClientConnection> connections = new ArrayList<>();
        for (String name : names) {
            for (InetAddress address : addresses) {
                connections.add(new ClientConnection(verification, address, name));
            }
        }
        return connections;
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the handshake proof", e);
        }
    }
}
