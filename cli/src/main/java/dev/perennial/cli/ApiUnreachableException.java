package dev.perennial.cli;

/** The API cannot be reached, or its address or its token is not known. */
final class ApiUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ApiUnreachableException(String message) {
        super(message, null, false, false);
    }
}
