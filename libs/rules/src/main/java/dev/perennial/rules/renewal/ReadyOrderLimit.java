package dev.perennial.rules.renewal;

/**
 * How much of what came due together is let go at once. After an outage thousands of orders are due; if all of them stood ready, those that
 * expire soonest would wait among the others, and so would everybody who wants a certificate now.
 *
 * @param cap orders that may stand ready to be placed
 */
public record ReadyOrderLimit(int cap) {
    public ReadyOrderLimit {
        if (cap < 1) {
            throw new IllegalArgumentException("nothing would ever be released with a cap of " + cap);
        }
    }

    /**
     * @param ready orders that nothing keeps from being placed now
     * @return how many may join them
     */
    public int room(long ready) {
        return Math.toIntExact(Math.clamp(cap - ready, 0, cap));
    }
}
