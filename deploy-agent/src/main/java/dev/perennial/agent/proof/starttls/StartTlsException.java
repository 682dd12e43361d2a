package dev.perennial.agent.proof.starttls;

import java.io.IOException;

/** The server refuses TLS, or its answer is not one of the protocol. */
public final class StartTlsException extends IOException {
    private static final long serialVersionUID = 1L;

    StartTlsException(String message) {
        super(message);
    }
}
