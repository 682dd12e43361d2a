package dev.perennial.testbed;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** A program, or a listener in this JVM, that the fleet needs. It is created once, with its ports, and can be restarted. */
public interface Part {
    String name();

    /** The address on loopback, fixed before the start; {@code tcp://} for parts without HTTP. */
    URI address();

    /**
     * Starts it and returns when it can be used.
     *
     * @throws PartFailedException with the last lines of its log if it is not ready in time
     */
    void start();

    boolean healthy();

    /** A URL that returns 200 while the part is healthy; if empty, a TCP connection to {@link #address} is the check. */
    default Optional<URI> healthUrl() {
        return Optional.empty();
    }

    /** Its process; empty if it runs in this JVM or does not run. */
    OptionalLong pid();

    /** Its log file; empty if it runs in this JVM. */
    Optional<Path> log();

    /** Stops it, first with SIGTERM, and returns when it has ended. No effect if it does not run. */
    void stop();
}
