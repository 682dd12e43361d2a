package dev.perennial.rules.renewal;

/**
 * Limits how many due renewals are released at once. After an outage thousands of renewals are due. If all were ready
 * at the same time, the orders that expire soonest and new requests would wait behind them.
 *
 * @param cap orders that may be ready for placement at the same time
 */
public record ReadyOrderLimit(int cap) {
    public ReadyOrderLimit {
        if (cap < 1) {
            throw new IllegalArgumentException(
                    "a limit of " + cap + " ready orders would release nothing; it must be at least 1");
        }
    }

    /**
     * @param ready orders that are ready for placement now
     * @return how many more may become ready
     */
    public int room(long ready) {
        return Math.toIntExact(Math.clamp(cap - ready, 0, cap));
    }
}
