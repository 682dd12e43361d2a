package dev.perennial.cli;

/** The API cannot be reached, or its address or token is missing. */
final class ApiUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ApiUnreachableException(String message) {
        super(message, null, false, false);
    }
}
