package dev.perennial.orders.placing;

import dev.perennial.orders.inventory.OwnerTurn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who has had how much, so that owners take turns. Each process counts for itself: fair within it, and so nearly fair over all. */
final class Turns {
    private static final int MANY = 10_000;

    private final Map<String, OwnerTurn> byOwner = new HashMap<>();
    private long begun;

    synchronized void begin(String owner) {
        byOwner.put(owner, new OwnerTurn(owner, busy(owner) + 1, ++begun));
        if (byOwner.size() > MANY) {
            byOwner.values().removeIf(turn -> turn.busy() == 0);
        }
    }

    synchronized void end(String owner) {
        byOwner.computeIfPresent(owner, (name, turn) -> new OwnerTurn(name, turn.busy() - 1, turn.served()));
    }

    synchronized List<OwnerTurn> now() {
        return List.copyOf(byOwner.values());
    }

    private int busy(String owner) {
        OwnerTurn turn = byOwner.get(owner);
        return turn == null ? 0 : turn.busy();
    }
}
