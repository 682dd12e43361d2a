package dev.perennial.validation.orders;

import dev.perennial.acme.Authorization;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.validation.challenges.ChallengeSolver;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Records presented responses; the self-check fails for the configured names. */
final class FakeSolver implements ChallengeSolver {
    final Set<String> presented = ConcurrentHashMap.newKeySet();
    final Set<String> withdrawn = ConcurrentHashMap.newKeySet();
    final Set<String> failingNames = ConcurrentHashMap.newKeySet();

    /** Actions that run before the next withdrawals, one each. */
    final Queue<Runnable> withdrawals = new ConcurrentLinkedQueue<>();

    RuntimeException failure;
    RuntimeException checkFailure;
    private final String challengeType;

    FakeSolver() {
        this(Authorization.Challenge.HTTP_01);
    }

    FakeSolver(String challengeType) {
        this.challengeType = challengeType;
    }

    @Override
    public String challengeType() {
        return challengeType;
    }

    @Override
    public boolean supports(Authorization authorization) {
        return !authorization.wildcard() || challengeType.equals(Authorization.Challenge.DNS_01);
    }

    @Override
    public void present(Identifier identifier, Authorization.Challenge challenge) {
        if (failure != null) {
            throw failure;
        }
        presented.add(challenge.token());
    }

    @Override
    public Optional<Problem> check(Identifier identifier, Authorization.Challenge challenge) {
        if (checkFailure != null) {
            throw checkFailure;
        }
        return failingNames.contains(identifier.value())
                ? Optional.of(Problem.of(ErrorCode.SELF_CHECK_FAILED, "not visible"))
                : Optional.empty();
    }

    @Override
    public void withdraw(Identifier identifier, Authorization.Challenge challenge) {
        Optional.ofNullable(withdrawals.poll()).ifPresent(Runnable::run);
        presented.remove(challenge.token());
        withdrawn.add(challenge.token());
    }
}
