package dev.perennial.acme;

import java.util.Optional;
import org.shredzone.acme4j.exception.AcmeException;

/** The request for the directory failed. Keeps status and Retry-After of the response, if there was one. */
final class DirectoryUnavailableException extends AcmeException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Integer> status;
    private final transient Optional<String> retryAfter;
    private final AcmeException failure;

    DirectoryUnavailableException(Optional<Integer> status, Optional<String> retryAfter, AcmeException failure) {
        super(failure.getMessage(), failure);
        this.status = status;
        this.retryAfter = retryAfter;
        this.failure = failure;
    }

    Optional<Integer> status() {
        return status;
    }

    Optional<String> retryAfter() {
        return retryAfter;
    }

    AcmeException failure() {
        return failure;
    }
}
