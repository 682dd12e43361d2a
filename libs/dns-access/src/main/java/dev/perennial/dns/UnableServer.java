package dev.perennial.dns;

import java.io.IOException;

/** A server that knows no such question (NOTIMP): no failure of the zone that was asked about. */
public final class UnableServer extends IOException {
    private static final long serialVersionUID = 1L;

    UnableServer(String message) {
        super(message);
    }
}
