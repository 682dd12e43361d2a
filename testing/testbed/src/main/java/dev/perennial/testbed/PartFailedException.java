package dev.perennial.testbed;

import dev.perennial.testbed.process.LogTail;
import java.nio.file.Path;

/** A part did not start, or an operation on it failed. The message ends with the last lines of the part's log. */
public final class PartFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PartFailedException(String part, String failure) {
        super(part + ": " + failure);
    }

    public PartFailedException(String part, String failure, Throwable cause) {
        super(part + ": " + failure + " (" + cause + ")", cause);
    }

    public static PartFailedException withLog(String part, String failure, Path log) {
        return new PartFailedException(part, failure + "\n  last lines of " + log + ":\n" + LogTail.of(log, 20));
    }
}
