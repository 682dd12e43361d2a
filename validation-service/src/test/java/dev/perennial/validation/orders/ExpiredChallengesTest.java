package dev.perennial.validation.orders;

import static dev.perennial.validation.orders.ReplicaUnderTest.RETENTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.acme.Authorization;
import dev.perennial.events.ChallengePresented;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.validation.challenges.PresentationException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExpiredChallengesTest {
    private static final URI SOURCE = URI.create("/perennial/validation-service");
    private static final Identifier NAME = Identifier.dns("a.example.com");
    private static final Authorization.Challenge CHALLENGE = new Authorization.Challenge(
            "dns-01", URI.create("https://ca.test/c"), "token", "token.thumb", Optional.empty());

    private final FakeSolver solver = new FakeSolver("dns-01");
    private final ReplicaUnderTest replica = new ReplicaUnderTest(publisher -> solver);

    @Test
    void withdrawsTheResponseOfAnotherReplicaAfterItsExpiry() {
        replica.receive(List.of(record(1)));

        replica.pass(RETENTION);
        assertThat(solver.withdrawn).isEmpty();
        replica.pass(Duration.ofSeconds(10));

        assertThat(solver.withdrawn).containsExactly("token");
    }

    @Test
    void withdrawsNothingAfterATombstone() {
        replica.receive(List.of(record(1)));
        replica.receiveTombstone("dns-01.token");

        replica.passUntilExpired();

        assertThat(solver.withdrawn).isEmpty();
    }

    @Test
    void withdrawsNoResponseThatANewerRecordExtended() {
        replica.receive(List.of(record(1)));
        replica.pass(RETENTION);
        replica.receive(List.of(record(2)));

        replica.pass(RETENTION);
        assertThat(solver.withdrawn).isEmpty();
        replica.pass(Duration.ofSeconds(10));
        assertThat(solver.withdrawn).containsExactly("token");
    }

    /** Other replicas do not know which responses a delivery of this one uses. */
    @Test
    void extendsTheResponseOfADeliveryInsteadOfWithdrawingIt() {
        PresentedChallenges delivery = replica.delivery(NAME, CHALLENGE);
        replica.receive(List.of(record(1)));

        replica.pass(RETENTION.multipliedBy(3));

        assertThat(solver.withdrawn).isEmpty();
        assertThat(replica.presented).hasSizeBetween(5, 6).allSatisfy(event -> {
            assertThat(event.subject()).isEqualTo("dns-01.token");
            assertThat(((ChallengePresented) event.data()).issuer()).contains("ca");
        });

        delivery.abandon("unavailable");
        replica.passUntilExpired();
        assertThat(solver.withdrawn).containsExactly("token");
    }

    @Test
    void repeatsTheWithdrawalWhileTheTargetIsUnavailable() {
        solver.withdrawals.addAll(Collections.nCopies(1_000, () -> {
            throw new RetryLater(Problem.of(ErrorCode.DNS_UNAVAILABLE, "unavailable"));
        }));
        replica.receive(List.of(record(1)));
        replica.pass(Duration.ofHours(3));
        assertThat(solver.withdrawn).isEmpty();
        assertThat(solver.withdrawals).as("attempts per 30 s").hasSizeBetween(100, 700);

        solver.withdrawals.clear();
        replica.pass(Duration.ofSeconds(31));

        assertThat(solver.withdrawn).containsExactly("token");
    }

    @Test
    void givesUpIfTheTargetRefusesTheWithdrawalAgainAndAgain() {
        solver.withdrawals.addAll(Collections.nCopies(1_000, () -> {
            throw new PresentationException(Problem.of(ErrorCode.DNS_UPDATE_REFUSED, "refused"));
        }));
        replica.receive(List.of(record(1)));

        replica.pass(Duration.ofHours(3));

        assertThat(solver.withdrawals).hasSize(990);
        assertThat(replica.tombstones).containsExactly("dns-01.token");
    }

    /** No record stops the others. */
    @Test
    void continuesAfterADefect() {
        solver.withdrawals.add(() -> {
            throw new IllegalArgumentException("hostile");
        });
        replica.receive(List.of(record(1)));
        replica.passUntilExpired();

        replica.receive(List.of(record("other", "dns-01", 1), record("unknown", "later-01", 1)));
        replica.passUntilExpired();

        assertThat(solver.withdrawn).containsExactly("other");
    }

    /** @param version of the expiry, which makes a record a newer one */
    private static CloudEvent record(int version) {
        return record("token", "dns-01", version);
    }

    private static CloudEvent record(String token, String type, int version) {
        Instant written = Instant.parse("2026-11-21T09:00:00Z").plus(RETENTION.multipliedBy(version));
        var presented =
                new ChallengePresented(token, token + ".thumb", NAME, type, written.plus(RETENTION), Optional.of("ca"));
        return new CloudEvent("id", SOURCE, written, presented.key(), Optional.empty(), presented);
    }
}
