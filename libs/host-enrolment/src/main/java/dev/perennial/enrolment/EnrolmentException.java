package dev.perennial.enrolment;

import java.util.OptionalInt;

/** A step of an enrolment failed. The message says what to do; it contains no secret. */
public final class EnrolmentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    public EnrolmentException(String message) {
        this(message, null);
    }

    public EnrolmentException(String message, Throwable cause) {
        super(message, cause);
        this.status = cause instanceof EnrolmentException refused ? refused.status : 0;
    }

    EnrolmentException(String message, int status) {
        super(message);
        this.status = status;
    }

    /** The HTTP status, if a server has refused the step. */
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }
}
