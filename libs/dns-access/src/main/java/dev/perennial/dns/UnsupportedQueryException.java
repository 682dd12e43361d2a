package dev.perennial.dns;

import java.io.IOException;

/** The server does not implement the query type (NOTIMP). The queried zone is not at fault. */
public final class UnsupportedQueryException extends IOException {
    private static final long serialVersionUID = 1L;

    UnsupportedQueryException(String message) {
        super(message);
    }
}
