package dev.perennial.orders.issuer.limits;

import dev.perennial.orders.store.OwnerAtIssuer;
import dev.perennial.rules.limits.OwnerWindow;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The window of each owner at each issuer. In memory only: a replica learns from the facts that it records, and begins with
 * the initial windows after a restart.
 */
public final class OwnerWindows {
    private static final int MAX_WINDOWS = 10_000;

    private final Map<OwnerAtIssuer, OwnerWindow> windows = new ConcurrentHashMap<>();

    /** @param inProgress orders of the owner at the issuer */
    public boolean admits(OwnerAtIssuer orders, int inProgress) {
        return windows.getOrDefault(orders, OwnerWindow.INITIAL).admits(inProgress);
    }

    void proven(OwnerAtIssuer orders) {
        change(orders, OwnerWindow::afterProof);
    }

    void failed(OwnerAtIssuer orders) {
        change(orders, OwnerWindow::afterFailure);
    }

    private void change(OwnerAtIssuer orders, UnaryOperator<OwnerWindow> change) {
        if (windows.size() >= MAX_WINDOWS && !windows.containsKey(orders)) {
            windows.clear();
        }
        windows.compute(orders, (key, window) -> change.apply(window == null ? OwnerWindow.INITIAL : window));
    }
}
