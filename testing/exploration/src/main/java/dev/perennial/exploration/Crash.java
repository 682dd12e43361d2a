package dev.perennial.exploration;

/** The end of the process. An error, so that no code under exploration catches it. */
final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash() {
        super(null, null, false, false);
    }
}
