package dev.perennial.rules.lifecycle;

import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Decision.Ignored;
import dev.perennial.rules.lifecycle.Decision.Moved;
import dev.perennial.rules.lifecycle.Decision.Remind;
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
 * The progress of an issued certificate on its target hosts. Each target is in exactly one of the three collections.
 *
 * @param fingerprint SHA-256 of the leaf's DER, lower-case hex; reports about other certificates are ignored
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

    static Rollout begin(String fingerprint, Collection<String> targets, Map<String, HostReport> earlyReports) {
        Rollout rollout = new Rollout(fingerprint, new TreeSet<>(targets), new TreeSet<>(), new TreeMap<>());
        for (Map.Entry<String, HostReport> entry : new TreeMap<>(earlyReports).entrySet()) {
            if (rollout.concerns(entry.getKey(), entry.getValue().fingerprint())) {
                rollout = rollout.with(entry.getKey(), entry.getValue());
            }
        }
        return rollout;
    }

    /** The first state after the issuance. */
    Moved begun(int attempt, Timing timing) {
        return Moved.to(state(attempt, Optional.of(timing.watch(0))));
    }

    Decision reported(int attempt, Optional<Watch> watch, Input.OfHost input, Timing timing) {
        if (!concerns(input.host(), input.fingerprint())) {
            return new Ignored("host " + input.host() + " is not a target, or its report is about another certificate");
        }
        Rollout next = with(input.host(), input.report());
        return next.equals(this)
                ? new Ignored("host " + input.host() + " reported this before")
                : Moved.to(next.state(attempt, watch.or(() -> Optional.of(timing.watch(0)))));
    }

    /** The hosts may have lost the fact or their copy of the bundle. They are reminded; nothing is issued again. */
    Decision overdue(int attempt, Optional<Watch> watch, Timing timing) {
        if (watch.isEmpty()) {
            return notWatched();
        }
        return timing.isBefore(watch.get().next())
                ? new Ignored("the next reminder is due at " + watch.get().next())
                : Moved.to(
                        state(attempt, Optional.of(timing.watch(watch.get().reminders() + 1))),
                        new Remind(attempt, this));
    }

    /** Another certificate replaces this one, so its hosts are not reminded any more. */
    Decision unwatched(int attempt, Optional<Watch> watch) {
        return watch.isPresent() ? Moved.to(state(attempt, Optional.empty())) : notWatched();
    }

    private static Decision notWatched() {
        return new Ignored("no host report is expected");
    }

    boolean concerns(String host, String reportedFingerprint) {
        return fingerprint.equals(reportedFingerprint)
                && (outstanding.contains(host) || proven.contains(host) || failed.containsKey(host));
    }

    /** The latest report of a host replaces its earlier ones. */
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

    /** Also true without targets. */
    boolean isEverywhere() {
        return outstanding.isEmpty() && failed.isEmpty();
    }

    /** @param watch present while reports of hosts are expected */
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

    /** The targets that have not proven that they serve it. */
    public List<String> missing() {
        SortedSet<String> hosts = new TreeSet<>(outstanding);
        hosts.addAll(failed.keySet());
        return List.copyOf(hosts);
    }
}
