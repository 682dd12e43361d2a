package dev.perennial.cli;

/** A login failed or cannot be used; the message has no token. */
final class LoginException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private LoginException(String message, int exitCode) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** The person denied the login, or did not approve it in time. */
    static LoginException notApproved(String message) {
        return new LoginException(message, ExitCode.FAILED);
    }

    /** The configuration, the stored login or an answer of the provider cannot be used. */
    static LoginException unusable(String message) {
        return new LoginException(message, ExitCode.UNUSABLE);
    }

    int exitCode() {
        return exitCode;
    }
}
