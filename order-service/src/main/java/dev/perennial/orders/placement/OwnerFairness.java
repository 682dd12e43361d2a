package dev.perennial.orders.placement;

import dev.perennial.orders.store.OwnerShare;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Records the placements of each owner, so that owners take turns. Each process counts its own placements, which is
 * nearly fair across replicas.
 */
final class OwnerFairness {
    private static final int MAX_IDLE_OWNERS = 10_000;

    private final Map<String, OwnerShare> byOwner = new HashMap<>();
    private long begun;

    /** @param repeated whether an earlier attempt failed */
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
        if (byOwner.size() > MAX_IDLE_OWNERS) {
            byOwner.values().removeIf(share -> share.busy() == 0);
        }
    }

    synchronized void end(String owner) {
        byOwner.computeIfPresent(
                owner, (name, share) -> new OwnerShare(name, share.busy() - 1, share.firsts(), share.repeats()));
    }

    synchronized List<OwnerShare> now() {
        return List.copyOf(byOwner.values());
    }
}
