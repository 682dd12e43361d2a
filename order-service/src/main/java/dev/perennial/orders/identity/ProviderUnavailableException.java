package dev.perennial.orders.identity;

/** A token cannot be checked now. */
public final class ProviderUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProviderUnavailableException(String message) {
        super(message);
    }
}
