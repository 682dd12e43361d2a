package dev.perennial.cli;

/** There is no API to ask, or it is not known where. */
final class ApiUnreachable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ApiUnreachable(String message) {
        super(message, null, false, false);
    }
}
