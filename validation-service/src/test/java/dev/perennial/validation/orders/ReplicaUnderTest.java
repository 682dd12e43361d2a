package dev.perennial.validation.orders;

import dev.perennial.acme.Authorization;
import dev.perennial.events.ChallengePresented;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.Identifier;
import dev.perennial.validation.challenges.ChallengeLeases;
import dev.perennial.validation.challenges.ChallengePublisher;
import dev.perennial.validation.challenges.ChallengeSolver;
import dev.perennial.validation.challenges.LiveChallenges;
import dev.perennial.validation.selection.ChallengeRules;
import dev.perennial.validation.selection.IssuerChallengeRules;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The withdrawal of expired responses in one replica, with its own elapsed time. Records are passed by the test. */
public final class ReplicaUnderTest {
    public static final Duration RETENTION = Duration.ofMinutes(10);

    /** The published records, in order. */
    public final List<CloudEvent> presented = new ArrayList<>();
    /** The keys of the published tombstones. */
    public final List<String> tombstones = new ArrayList<>();

    public final ChallengeSolver solver;
    public IssuerChallengeRules rules = issuer -> ChallengeRules.none();

    final ChallengeUses uses = new ChallengeUses();
    private final ExpiredChallenges expired;
    private final ChallengeLeases leases;
    private Duration elapsed = Duration.ZERO;

    public ReplicaUnderTest(Function<ChallengePublisher, ChallengeSolver> solver) {
        this.leases = new ChallengeLeases(RETENTION, () -> elapsed);
        var publisher = new ChallengePublisher(
                presented::add,
                tombstones::add,
                new LiveChallenges(InstantSource.system()),
                RETENTION,
                Clock.systemUTC());
        this.solver = solver.apply(publisher);
        this.expired = new ExpiredChallenges(
                leases, publisher, List.of(this.solver), issuer -> rules.of(issuer), uses, Runnable::run);
    }

    public void receive(List<CloudEvent> records) {
        records.forEach(record -> {
            var state = (ChallengePresented) record.data();
            leases.put(state, Duration.between(record.time(), state.expires()));
        });
    }

    void receiveTombstone(String key) {
        leases.remove(key);
    }

    /** Sweeps each second. */
    public void pass(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            elapsed = elapsed.plusSeconds(1);
            expired.sweep();
        }
    }

    /** Until every withdrawal that is due has begun. */
    public void passUntilExpired() {
        pass(RETENTION.plusSeconds(10));
    }

    PresentedChallenges delivery(Identifier identifier, Authorization.Challenge challenge) {
        var delivery = new PresentedChallenges(uses);
        delivery.add(new ChallengeCandidate(identifier, challenge, solver));
        return delivery;
    }
}
