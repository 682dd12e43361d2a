package dev.perennial.orders.database;

/**
 * A row with a value that cannot be read, for example after a manual change. It concerns that row only: a worker that
 * finds one postpones it and continues with the others.
 */
public final class UnreadableRowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param cause is not part of the message, because it may quote the value */
    public UnreadableRowException(String table, Object key, RuntimeException cause) {
        super("the row " + key + " of the table " + table + " cannot be read", cause);
    }
}
