package dev.perennial.rules.limits;

/**
 * How many orders of one owner may be in progress at one issuer. A proven order widens the window by one, and one whose
 * names fail narrows it by one: an owner whose names all fail soon has few orders in progress, so that its attempts take
 * little from the other owners, and an owner with valid names is limited for a few seconds at most. Pure.
 */
public record OwnerWindow(int size) {
    /** At the start of the process. */
    public static final OwnerWindow INITIAL = new OwnerWindow(32);

    private static final int SMALLEST = 8;
    private static final int LARGEST = 1_000;

    public OwnerWindow afterProof() {
        return new OwnerWindow(Math.min(size + 1, LARGEST));
    }

    public OwnerWindow afterFailure() {
        return new OwnerWindow(Math.max(size - 1, SMALLEST));
    }

    /** @param inProgress orders of the owner at the issuer */
    public boolean admits(int inProgress) {
        return inProgress < size;
    }
}
