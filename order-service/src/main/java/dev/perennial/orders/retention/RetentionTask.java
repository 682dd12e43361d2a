package dev.perennial.orders.retention;

/** Deletes rows of one kind. Used by one thread. */
interface RetentionTask {
    /** The kind of rows, for people. */
    String kind();

    /** Begins a pass. */
    void restart();

    /**
     * Deletes one batch, in transactions of a second or less.
     *
     * @return whether there may be more
     */
    boolean batch();
}
