package dev.perennial.dns;

/** The server refuses the query or its key (REFUSED, NOTAUTH), or does not sign its answer with the key. */
public final class QueryRefusedException extends DnsUnavailableException {
    private static final long serialVersionUID = 1L;

    QueryRefusedException(String message) {
        super(message);
    }
}
