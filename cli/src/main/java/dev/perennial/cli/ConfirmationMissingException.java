package dev.perennial.cli;

/** A command needs a confirmation, and stdin is not interactive. */
final class ConfirmationMissingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConfirmationMissingException() {
        super("stdin is not interactive; pass --yes to skip the confirmation", null, false, false);
    }
}
