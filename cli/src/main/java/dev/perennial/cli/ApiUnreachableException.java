package dev.perennial.cli;

/** There is no API to ask, or it is not known where. */
final class ApiUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ApiUnreachableException(String message) {
        super(message, null, false, false);
    }
}
