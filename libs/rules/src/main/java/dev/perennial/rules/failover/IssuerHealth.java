package dev.perennial.rules.failover;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The health of all issuers at one moment. Pure.
 *
 * <p>An order goes to its preferred issuer unless that issuer is down. While it is down, one new order per interval
 * still goes there as a probe, and the others go to the first fallback that is not down. Without such a fallback they
 * stay.
 *
 * @param failing the failing steps by issuer
 */
public record IssuerHealth(Map<String, List<FailureStreak>> failing, FailoverPolicy policy, Instant now) {
    public IssuerHealth {
        Map<String, List<FailureStreak>> bounded = new HashMap<>(failing);
        bounded.replaceAll((issuer, steps) ->
                steps.stream().map(step -> step.bounded(policy, now)).toList());
        failing = Map.copyOf(bounded);
    }

    /** @param probe whether the order tests an issuer that is down */
    public record Choice(String issuer, boolean probe) {}

    /**
     * @param fallbacks issuers that may take the order, in order of preference
     * @param fresh whether the order has met no failure yet; only such an order is used as a probe
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

    /** The health after an order was sent to the issuer as a probe. */
    public IssuerHealth probed(String issuer) {
        Map<String, List<FailureStreak>> after = new HashMap<>(failing);
        after.computeIfPresent(issuer, (name, steps) -> steps.stream()
                .map(step -> isDown(step) ? step.probed(policy, now) : step)
                .toList());
        return new IssuerHealth(after, policy, now);
    }

    private boolean isDown(FailureStreak step) {
        return step.isDown(policy, now);
    }

    private boolean mayProbe(String issuer) {
        return of(issuer).stream().filter(this::isDown).noneMatch(step -> now.isBefore(step.probeAt()));
    }
}
