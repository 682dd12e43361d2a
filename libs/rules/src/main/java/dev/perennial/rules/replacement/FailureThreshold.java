package dev.perennial.rules.replacement;

import java.util.List;

/**
 * The threshold at which a run pauses automatically, so that a failing replacement does not break a fleet.
 *
 * @param last the number of recent results that count
 * @param share of failures among them, in percent, at which the run pauses
 */
public record FailureThreshold(int last, int share) {
    public FailureThreshold {
        if (last < 1 || share < 1 || share > 100) {
            throw new IllegalArgumentException(share + " percent of the last " + last + " is not a valid share");
        }
    }

    /** The number of failures that pauses the run, even if there are fewer results than {@code last}. */
    public int bad() {
        return Math.ceilDiv(last * share, 100);
    }

    /** @param outcomes since the run was approved or resumed, the newest first */
    public boolean stops(List<ItemState> outcomes) {
        return outcomes.stream().limit(last).filter(ItemState::countsAsFailure).count() >= bad();
    }
}
