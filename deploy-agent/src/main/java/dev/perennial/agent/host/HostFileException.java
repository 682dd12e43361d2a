package dev.perennial.agent.host;

/** The host's file cannot be used; the message names file, line and key, and what is wrong. The agent does not start. */
public final class HostFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HostFileException(String message) {
        super(message);
    }

    HostFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
