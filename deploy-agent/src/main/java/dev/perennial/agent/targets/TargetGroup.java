package dev.perennial.agent.targets;

import dev.perennial.events.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Targets that are validated, applied and locked together, for example all sites of one web server. */
public interface TargetGroup {
    /** The name in the host file. */
    String name();

    /** The lock file that every process locks while it activates, validates and applies. */
    Path lock();

    /** Time limit for the handshake proof after {@link #apply()}. */
    Duration verifyTimeout();

    /** Validates the active configuration, without an effect on what is served. Empty if it is valid. */
    Optional<Problem> validate();

    /** The processes that accept connections now, to be called before {@link #apply}. */
    default Turnover turnover() {
        return Turnover.UNKNOWN;
    }

    /**
     * Makes the server use the active configuration. Empty if that succeeded.
     *
     * @param changed the targets that were activated or restored
     */
    Optional<Problem> apply(List<Target> changed);
}
