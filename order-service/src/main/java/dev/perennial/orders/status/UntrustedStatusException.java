package dev.perennial.orders.status;

/** An answer about a certificate's status that could not be had, or must not be believed; the message says why, without anything of the answer. */
final class UntrustedStatusException extends Exception {
    private static final long serialVersionUID = 1L;

    UntrustedStatusException(String message) {
        super(message);
    }

    UntrustedStatusException(String message, Throwable cause) {
        super(message, cause);
    }
}
