package dev.perennial.testbed;

import dev.perennial.testbed.process.LogTail;
import java.nio.file.Path;

/** A part did not come up, or did not do what the testbed needs of it. The message ends with the part's last log lines. */
public final class PartFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PartFailedException(String part, String what) {
        super(part + ": " + what);
    }

    public PartFailedException(String part, String what, Throwable cause) {
        super(part + ": " + what + " (" + cause + ")", cause);
    }

    public static PartFailedException withLog(String part, String what, Path log) {
        return new PartFailedException(part, what + "\n  last lines of " + log + ":\n" + LogTail.of(log, 20));
    }
}
