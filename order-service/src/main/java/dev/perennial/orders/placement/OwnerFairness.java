package dev.perennial.orders.placement;

import dev.perennial.orders.store.OwnerShare;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who has had how much, so that owners take turns. Each process counts for itself: fair within it, and so nearly fair over all. */
final class OwnerFairness {
    private static final int MANY = 10_000;

    private final Map<String, OwnerShare> byOwner = new HashMap<>();
    private long begun;

    /** @param repeated whether it is an attempt after one that came to nothing */
    synchronized void begin(String owner, boolean repeated) {
        OwnerShare before = byOwner.getOrDefault(owner, new OwnerShare(owner, 0, 0, 0));
        begun++;
        byOwner.put(
                owner,
                new OwnerShare(
                        owner,
                        before.busy() + 1,
                        repeated ? before.firsts() : begun,
                        repeated ? begun : before.repeats()));
        if (byOwner.size() > MANY) {
            byOwner.values().removeIf(turn -> turn.busy() == 0);
        }
    }

    synchronized void end(String owner) {
        byOwner.computeIfPresent(
                owner, (name, turn) -> new OwnerShare(name, turn.busy() - 1, turn.firsts(), turn.repeats()));
    }

    synchronized List<OwnerShare> now() {
        return List.copyOf(byOwner.values());
    }
}
