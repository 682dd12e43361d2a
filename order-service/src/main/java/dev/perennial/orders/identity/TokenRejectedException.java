package dev.perennial.orders.identity;

/** A token that is not accepted; the message says why and has no part of the token. */
public final class TokenRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TokenRejectedException(String message) {
        super(message);
    }
}
