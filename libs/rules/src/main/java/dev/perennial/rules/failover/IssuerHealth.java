package dev.perennial.rules.failover;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What every failing issuer fails at, at one moment. Pure.
 *
 * <p>An order goes to the issuer it asks for while that one is not down. While it is, one new order after each pause still goes there and
 * shows whether it is back; the others go to the first of its fallbacks that is not down itself. Where there is none, they stay.
 */
public record IssuerHealth(Map<String, List<FailureStreak>> failing, FailoverPolicy tolerance, Instant now) {
    public IssuerHealth {
        failing = Map.copyOf(failing);
    }

    /** @param probe whether the order is to show that the issuer, which is down, is back */
    public record Choice(String issuer, boolean probe) {}

    /**
     * @param fallbacks that may take the order, in order of preference
     * @param fresh whether it has met no failure yet; one that has is not kept waiting by another look
     */
    public Choice choose(String preferred, List<String> fallbacks, boolean fresh) {
        Optional<String> healthy =
                fallbacks.stream().filter(issuer -> !isDown(issuer)).findFirst();
        if (!isDown(preferred) || healthy.isEmpty()) {
            return new Choice(preferred, false);
        }
        return fresh && mayProbe(preferred) ? new Choice(preferred, true) : new Choice(healthy.get(), false);
    }

    public boolean isDown(String issuer) {
        return of(issuer).stream().anyMatch(this::isDown);
    }

    public List<FailureStreak> of(String issuer) {
        return failing.getOrDefault(issuer, List.of());
    }

    /** The same after an order was sent there to see. */
    public IssuerHealth probed(String issuer) {
        Map<String, List<FailureStreak>> after = new HashMap<>(failing);
        after.computeIfPresent(issuer, (name, steps) -> steps.stream()
                .map(step -> isDown(step) ? step.probed(tolerance, now) : step)
                .toList());
        return new IssuerHealth(after, tolerance, now);
    }

    private boolean isDown(FailureStreak step) {
        return step.isDown(tolerance, now);
    }

    private boolean mayProbe(String issuer) {
        return of(issuer).stream().filter(this::isDown).noneMatch(step -> now.isBefore(step.probeAt()));
    }
}
