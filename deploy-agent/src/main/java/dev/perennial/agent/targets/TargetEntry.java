package dev.perennial.agent.targets;

import java.io.IOException;
import java.util.Optional;

/** One entry of the host file's {@code certificates}: a pattern of names and their target. */
public interface TargetEntry {
    boolean matches(String certificateName);

    /** The target of the certificate; empty if its name would collide with another file of the target. */
    Optional<Target> target(String certificateName, CrashPoints crashPoints);

    /** The name of the only certificate that matches; empty if the pattern can match several. */
    Optional<String> onlyName();

    /** Deletes the files of all its targets that a killed process did not complete: they may contain keys. */
    void deleteUnfinished() throws IOException;
}
