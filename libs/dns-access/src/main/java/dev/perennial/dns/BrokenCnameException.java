package dev.perennial.dns;

/** A CNAME loop, or a chain that is too long. Only the owner of the zones can correct it. */
public final class BrokenCnameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;

    BrokenCnameException(String message, String path) {
        super(message);
        this.path = path;
    }

    /** The names of the chain, in order. */
    public String path() {
        return path;
    }
}
