package dev.perennial.agent.host;

/** The host's file cannot be used; the message names file, line and key, and what is wrong. The agent does not start. */
public final class HostFileError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HostFileError(String message) {
        super(message);
    }

    HostFileError(String message, Throwable cause) {
        super(message, cause);
    }
}
