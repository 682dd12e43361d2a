package dev.perennial.orders.status;

/** A status answer that is unavailable or not trustworthy. The message gives the reason and contains no part of the answer. */
final class UntrustedStatusException extends Exception {
    private static final long serialVersionUID = 1L;

    UntrustedStatusException(String message) {
        super(message);
    }

    UntrustedStatusException(String message, Throwable cause) {
        super(message, cause);
    }
}
