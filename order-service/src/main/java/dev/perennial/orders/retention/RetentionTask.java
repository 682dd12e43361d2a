package dev.perennial.orders.retention;

/** Deletes rows of one kind. Used by one thread. */
interface RetentionTask {
    /** The kind of rows, for people. */
    String kind();

    /** Begins a pass. */
    void restart();

    /**
     * Deletes one batch in one transaction, which takes about a second for 500 renewals on a busy machine.
     *
     * @return whether there may be more
     */
    boolean batch();
}
