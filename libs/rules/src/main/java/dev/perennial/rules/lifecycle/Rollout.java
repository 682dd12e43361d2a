package dev.perennial.rules.lifecycle;

import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.OrderState.HostReport;
import dev.perennial.rules.lifecycle.OrderState.Watch;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far an issued certificate has come on its target hosts. Each target is in exactly one of the three.
 *
 * @param fingerprint SHA-256 of the leaf's DER, lower-case hex: which certificate the reports must be about
 */
public record Rollout(
        String fingerprint,
        SortedSet<String> outstanding,
        SortedSet<String> proven,
        NavigableMap<String, Problem> failed) {
    public Rollout {
        outstanding = Collections.unmodifiableSortedSet(new TreeSet<>(outstanding));
        proven = Collections.unmodifiableSortedSet(new TreeSet<>(proven));
        failed = Collections.unmodifiableNavigableMap(new TreeMap<>(failed));
    }

    static Rollout begin(String fingerprint, Collection<String> targets, Map<String, HostReport> early) {
        Rollout rollout = new Rollout(fingerprint, new TreeSet<>(targets), new TreeSet<>(), new TreeMap<>());
        for (Map.Entry<String, HostReport> entry : new TreeMap<>(early).entrySet()) {
            if (rollout.concerns(entry.getKey(), entry.getValue().fingerprint())) {
                rollout = rollout.with(entry.getKey(), entry.getValue());
            }
        }
        return rollout;
    }

    boolean concerns(String host, String reportedFingerprint) {
        return fingerprint.equals(reportedFingerprint)
                && (outstanding.contains(host) || proven.contains(host) || failed.containsKey(host));
    }

    /** The host's last word counts, whatever it said before. */
    Rollout with(String host, HostReport report) {
        SortedSet<String> stillOutstanding = new TreeSet<>(outstanding);
        SortedSet<String> nowProven = new TreeSet<>(proven);
        SortedMap<String, Problem> nowFailed = new TreeMap<>(failed);
        stillOutstanding.remove(host);
        nowProven.remove(host);
        nowFailed.remove(host);
        report.problem().ifPresentOrElse(problem -> nowFailed.put(host, problem), () -> nowProven.add(host));
        return new Rollout(fingerprint, stillOutstanding, nowProven, new TreeMap<>(nowFailed));
    }

    /** Also where it is to be nowhere. */
    boolean isEverywhere() {
        return outstanding.isEmpty() && failed.isEmpty();
    }

    /** @param watch for as long as hosts are waited for */
    OrderState state(int attempt, Optional<Watch> watch) {
        if (!failed.isEmpty()) {
            return new OrderState.Undeployed(attempt, this, watch);
        }
        if (outstanding.isEmpty()) {
            return proven.isEmpty()
                    ? new OrderState.Issued(attempt, this, Optional.empty())
                    : new OrderState.Deployed(attempt, this);
        }
        return new OrderState.Issued(attempt, this, watch);
    }

    /** Those that do not serve it, as far as is known. */
    public List<String> missing() {
        SortedSet<String> hosts = new TreeSet<>(outstanding);
        hosts.addAll(failed.keySet());
        return List.copyOf(hosts);
    }
}
