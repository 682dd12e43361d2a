package dev.perennial.agent.targets;

import dev.perennial.events.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Targets that are validated, applied and locked together, for example all sites of one web server. */
public interface TargetGroup {
    /** As in the host file. */
    String name();

    /** The file whose lock every process holds while it activates, validates and applies. */
    Path lock();

    /** How long a handshake proof is repeated after {@link #apply()}. */
    Duration verifyTimeout();

    /** Checks what is active, without an effect on what is served. Empty if it is valid. */
    Optional<Problem> validate();

    /** Makes the server use what is active. Empty if that succeeded. */
    Optional<Problem> apply();
}
