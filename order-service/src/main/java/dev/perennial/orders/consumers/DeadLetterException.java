package dev.perennial.orders.consumers;

/**
 * A stranger's record that nobody can use, and of which the stranger has been told: it ends among the dead letters with
 * this text as the reason, and without an alarm, since strangers decide how often this happens.
 */
public final class DeadLetterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DeadLetterException(String message) {
        super(message, null, false, false);
    }
}
