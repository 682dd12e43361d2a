package dev.perennial.dns;

/** CNAMEs that lead nowhere: a mistake in the zones, which only their owner can mend. */
public final class BrokenCnameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String way;

    BrokenCnameException(String message, String way) {
        super(message);
        this.way = way;
    }

    /** The names in the order in which they follow each other. */
    public String way() {
        return way;
    }
}
