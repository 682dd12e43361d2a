package dev.perennial.orders.database;

/** Called after a commit, once for each kind of change that the transaction announced. It must not block. */
@FunctionalInterface
public interface CommitListener {
    void committed(Change change);
}
