package dev.perennial.orders.replacement;

import dev.perennial.events.Identifier;
import dev.perennial.rules.limits.Demand;
import dev.perennial.rules.limits.RegisteredDomains;
import dev.perennial.rules.replacement.Candidate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the certificates of a plan one after the other. */
final class PlanTotals {
    private final int maxFirst;
    private final Map<String, Integer> byIssuer = new HashMap<>();
    private final Map<String, Integer> byOwner = new HashMap<>();
    private final Map<String, Integer> byDomain = new HashMap<>();
    private final List<ReplacementPlan.First> first = new ArrayList<>();
    private int withoutHost;

    /** @param maxFirst how many of the first certificates are kept */
    PlanTotals(int maxFirst) {
        this.maxFirst = maxFirst;
    }

    /** @param candidate at the issuer of its order */
    void add(Candidate candidate) {
        byIssuer.merge(candidate.issuer(), 1, Integer::sum);
        byOwner.merge(candidate.owner(), 1, Integer::sum);
        candidate.identifiers().stream()
                .map(PlanTotals::domain)
                .distinct()
                .forEach(domain -> byDomain.merge(domain, 1, Integer::sum));
        if (first.size() < maxFirst) {
            first.add(new ReplacementPlan.First(
                    candidate.name(), candidate.owner(), candidate.hosts(), candidate.expiresAt()));
        }
        if (candidate.hosts() == 0) {
            withoutHost++;
        }
    }

    private static String domain(Identifier identifier) {
        return RegisteredDomains.of(Demand.baseName(identifier));
    }

    Map<String, Integer> byIssuer() {
        return byIssuer;
    }

    Map<String, Integer> byOwner() {
        return byOwner;
    }

    Map<String, Integer> byDomain() {
        return byDomain;
    }

    List<ReplacementPlan.First> first() {
        return first;
    }

    int withoutHost() {
        return withoutHost;
    }
}
