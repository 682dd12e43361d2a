package dev.perennial.dns;

import java.io.IOException;

/** A server that knows no such question (NOTIMP): no failure of the zone that was asked about. */
public final class UnsupportedQueryException extends IOException {
    private static final long serialVersionUID = 1L;

    UnsupportedQueryException(String message) {
        super(message);
    }
}
