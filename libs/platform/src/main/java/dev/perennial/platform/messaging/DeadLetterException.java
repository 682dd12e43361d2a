package dev.perennial.platform.messaging;

/**
 * An invalid record of a client, which has been answered with a refusal. It is moved to the dead-letter topic with
 * this message. It raises no alarm, because clients determine how often this happens.
 */
public final class DeadLetterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DeadLetterException(String message) {
        super(message, null, false, false);
    }
}
