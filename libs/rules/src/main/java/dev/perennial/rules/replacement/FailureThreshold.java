package dev.perennial.rules.replacement;

import java.util.List;

/**
 * When a run stops by itself: a bad mass replacement must not break a fleet.
 *
 * @param last the number of recent outcomes that count
 * @param share of them, in percent, that may not go wrong
 */
public record FailureThreshold(int last, int share) {
    public FailureThreshold {
        if (last < 1 || share < 1 || share > 100) {
            throw new IllegalArgumentException(share + " percent of the last " + last + " is no share");
        }
    }

    /** How many of them it takes; also where there are not that many outcomes yet. */
    public int bad() {
        return Math.ceilDiv(last * share, 100);
    }

    /** @param outcomes since the run was approved or resumed, the newest first */
    public boolean stops(List<ItemState> outcomes) {
        return outcomes.stream().limit(last).filter(ItemState::isBad).count() >= bad();
    }
}
