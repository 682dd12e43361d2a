package dev.perennial.agent.host;

/** The host file is invalid; the message names the file, the line, the key and the error. The agent does not start. */
public final class HostFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HostFileException(String message) {
        super(message);
    }

    HostFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
