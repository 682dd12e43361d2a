package dev.perennial.testbed;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** One program, or one listener in our own JVM, that the fleet needs. Made once, with its ports; may be started again after it stopped. */
public interface Part {
    String name();

    /** Where it listens, on loopback; {@code tcp://} where it speaks no HTTP. Known before it is started. */
    URI address();

    /**
     * Starts it and returns when it can be used.
     *
     * @throws PartFailedException with the last lines of its log where it does not come up in time
     */
    void start();

    boolean healthy();

    /** A URL that answers 200 while it is healthy; where there is none, a TCP connection to {@link #address} is the check. */
    default Optional<URI> healthUrl() {
        return Optional.empty();
    }

    /** Its process; empty where it lives in our JVM or does not run. */
    OptionalLong pid();

    /** Its log file; empty where it lives in our JVM. */
    Optional<Path> log();

    /** Stops it, politely first, and returns when it is gone. No effect where it does not run. */
    void stop();
}
