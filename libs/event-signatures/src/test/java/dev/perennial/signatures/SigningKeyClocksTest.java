package dev.perennial.signatures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.vault.InMemorySecretStore;
import dev.perennial.vault.SecretPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two replicas of a service for 14 months, one of which has a wrong time of day. Each key is published for a day before its
 * first signature, and for 45 days after its last one, so that readers accept every record.
 */
class SigningKeyClocksTest {
    private static final String SERVICE = "order-service";
    private static final Duration STEP = Duration.ofHours(12);
    private static final int STEPS = 2 * 400;

    private final InMemorySecretStore vault = new InMemorySecretStore();
    private final TestTime correct = new TestTime();
    private final TestTime wrong = new TestTime();
    private final List<SigningKeys> replicas = new ArrayList<>(List.of(replica(correct), replica(wrong)));

    private final Map<String, Integer> publishedAt = new HashMap<>();
    private final Map<String, Integer> usedAt = new HashMap<>();
    private int step;

    @ParameterizedTest
    @ValueSource(longs = {25, -25, 60 * 24, -60 * 24, 3_650 * 24})
    void acceptsEveryRecordWhileAClockIsWrong(long hours) {
        wrong.ahead(Duration.ofHours(hours));
        run(() -> {});
    }

    @ParameterizedTest
    @ValueSource(longs = {25, -25, 60 * 24, -60 * 24, 3_650 * 24})
    void acceptsEveryRecordWhileAClockIsWrongAtTimes(long hours) {
        run(() -> wrong.ahead(Duration.ofHours(step % 7 == 0 ? hours : 0)));
    }

    /** Every replica is replaced by a new process again and again. */
    @ParameterizedTest
    @ValueSource(longs = {0, 25, -25, 60 * 24, -60 * 24})
    void acceptsEveryRecordAlthoughReplicasRestart(long hours) {
        run(() -> {
            wrong.ahead(Duration.ofHours(step % 5 == 0 ? hours : 0));
            if (step % 4 == 1) {
                replicas.set(step % 8 / 4, replica(step % 8 / 4 == 0 ? correct : wrong));
            }
        });
    }

    /** While a machine is suspended, its monotonic clock stands still, and the other replica continues. */
    @Test
    void acceptsEveryRecordAlthoughAMachineIsSuspended() {
        run(() -> {
            if (step % 200 == 199) {
                for (int suspended = 0; suspended < 2 * 60; suspended++) {
                    correct.pass(STEP);
                    wrong.suspend(STEP);
                    check(replicas.subList(0, 1));
                    step++;
                }
            }
        });
    }

    private void run(Runnable change) {
        check(replicas);
        for (step = 1; step < STEPS; step++) {
            correct.pass(STEP);
            wrong.pass(STEP);
            change.run();
            check(step % 2 == 0 ? replicas : replicas.reversed());
        }
        assertThat(usedAt).as("the keys rotate").hasSizeBetween(4, 6);
    }

    private void check(List<SigningKeys> signing) {
        for (SigningKeys replica : signing) {
            String id = replica.current().id();
            published().forEach(key -> publishedAt.putIfAbsent(key, step));
            String use = id + " at step " + step;
            assertThat(publishedAt).as(use).containsKey(id);
            if (!usedAt.isEmpty() && !usedAt.containsKey(id)) {
                assertThat(since(publishedAt.get(id))).as(use).isGreaterThanOrEqualTo(KeyRing.LEAD);
            }
            usedAt.put(id, step);
        }
        Set<String> published = published();
        usedAt.forEach((id, last) -> {
            if (since(last).compareTo(KeyRing.KEPT) < 0) {
                assertThat(published)
                        .as("last use at step %d, now %d", last, step)
                        .contains(id);
            }
        });
    }

    private Duration since(int earlier) {
        return STEP.multipliedBy(step - earlier);
    }

    private Set<String> published() {
        return PublicKeySet.parse(
                        vault.read(SecretPath.signers(SERVICE)).orElseThrow().require(KeyRingStore.PUBLIC_KEYS))
                .keys()
                .keySet();
    }

    private SigningKeys replica(TestTime time) {
        return new SigningKeys(vault, SERVICE, time, time::nanos);
    }
}
