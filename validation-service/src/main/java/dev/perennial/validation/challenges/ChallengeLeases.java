package dev.perennial.validation.challenges;

import dev.perennial.events.ChallengePresented;
import dev.perennial.validation.ValidationConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The leases of all presented responses, by record key. Their number is limited; a response beyond the limit stays on
 * the topic, and a replica reads it again after a restart.
 */
@ApplicationScoped
public class ChallengeLeases {
    private static final Logger LOG = Logger.getLogger(ChallengeLeases.class);
    /** About 40 MB. A full map means that DNS has been unavailable for long. */
    static final int MAX_LEASES = 50_000;

    private final Map<String, ChallengeLease> leases = new ConcurrentHashMap<>();
    private final Duration longest;
    private final Supplier<Duration> elapsed;

    @Inject
    ChallengeLeases(ValidationConfig config) {
        this(config.challengeRetention(), () -> Duration.ofNanos(System.nanoTime()));
    }

    /**
     * @param longest bound of the length of a lease
     * @param elapsed the elapsed time since a moment in the past
     */
    public ChallengeLeases(Duration longest, Supplier<Duration> elapsed) {
        this.longest = longest;
        this.elapsed = elapsed;
    }

    public Duration now() {
        return elapsed.get();
    }

    /** The length within the bounds of this installation: the record may be of any writer. */
    Duration bounded(Duration length) {
        return length.isNegative() ? Duration.ZERO : length.compareTo(longest) > 0 ? longest : length;
    }

    /**
     * Begins the lease again, unless the record was delivered again.
     *
     * @param length from its publication to its expiry, by the clock of its writer
     */
    public void put(ChallengePresented presented, Duration length) {
        if (leases.size() >= MAX_LEASES && !leases.containsKey(presented.key())) {
            LOG.warnf(
                    "more than %d challenge responses were not withdrawn; the %s response of %s stays on the topic until a"
                            + " restart; check that the DNS providers are available",
                    MAX_LEASES,
                    presented.challengeType(),
                    presented.identifier().value());
            return;
        }
        leases.compute(
                presented.key(),
                (key, current) -> current != null && current.presented().equals(presented)
                        ? current
                        : ChallengeLease.begin(presented, bounded(length), now()));
    }

    public void remove(String key) {
        leases.remove(key);
    }

    /** The leases with a due step, in order. */
    public List<ChallengeLease> due() {
        Duration now = now();
        return leases.values().stream()
                .filter(lease -> lease.due().compareTo(now) <= 0)
                .sorted(Comparator.comparing(ChallengeLease::due))
                .toList();
    }

    /** Has no effect if a newer record was received since. */
    public void replace(ChallengeLease old, ChallengeLease next) {
        leases.replace(old.presented().key(), old, next);
    }

    /** Has no effect if a newer record was received since. */
    public void end(ChallengeLease lease) {
        leases.remove(lease.presented().key(), lease);
    }

    /** Whether no newer record and no tombstone was received since. */
    public boolean isCurrent(ChallengeLease lease) {
        return lease.equals(leases.get(lease.presented().key()));
    }

    int size() {
        return leases.size();
    }
}
