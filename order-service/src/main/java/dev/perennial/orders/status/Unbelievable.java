package dev.perennial.orders.status;

/** An answer about a certificate's status that could not be had, or must not be believed; the message says why, without anything of the answer. */
final class Unbelievable extends Exception {
    private static final long serialVersionUID = 1L;

    Unbelievable(String message) {
        super(message);
    }

    Unbelievable(String message, Throwable cause) {
        super(message, cause);
    }
}
