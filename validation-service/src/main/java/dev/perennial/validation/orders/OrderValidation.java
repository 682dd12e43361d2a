package dev.perennial.validation.orders;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.Authorization;
import dev.perennial.acme.OrderProgress;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Order;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.validation.challenges.ChallengeSolver;
import dev.perennial.validation.selection.ChallengeRules;
import dev.perennial.validation.selection.ChallengeType;
import dev.perennial.validation.selection.IssuerChallengeRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One try at proving an order. Every step may be repeated: the authorizations say what is left to do, presenting and
 * answering twice are harmless. What was presented is withdrawn when the CA has decided or was not asked; while it may still look
 * (its answer got lost, it takes long) the answer stays, and the caller withdraws it in the end.
 *
 * @param firstLook from our answers to the first look at the order
 * @param verdictLimit from our answers to the CA's verdict
 */
record OrderValidation(
        List<ChallengeSolver> provers, IssuerChallengeRules rules, Duration firstLook, Duration verdictLimit) {
    OrderValidation {
        provers = List.copyOf(provers);
    }

    /**
     * @param presented what is still presented when this returns or throws; the same for the tries that follow
     * @throws RetryLater where the CA is unavailable: nothing is lost, the same call again goes on from there
     */
    ValidationResult run(Order order, AcmeAccount account, PresentedChallenges presented) {
        try {
            return prove(order, account, presented);
        } catch (RetryLater e) {
            if (e.problem().code() == ErrorCode.ORDER_EXPIRED) {
                return ValidationResult.forAll(order.identifiers(), e.problem());
            }
            throw e;
        }
    }

    private ValidationResult prove(Order order, AcmeAccount account, PresentedChallenges presented) {
        List<Authorization> authorizations =
                Parallel.map(order.acmeOrder().authorizationUrls(), account::authorization);
        ChallengeRules rulesOfIssuer = rules.of(order.issuer());
        List<IdentifierProblem> dead = new ArrayList<>();
        List<ChallengeCandidates> pending = new ArrayList<>();
        for (Authorization authorization : authorizations) {
            ChallengeCandidates ways = new ChallengeCandidates(
                    shown(authorization), proofs(authorization, rulesOfIssuer, order.attempt()));
            switch (authorization.status()) {
                case VALID -> presented.withdraw(ways.proofs());
                case PENDING -> {
                    if (ways.proofs().isEmpty()) {
                        dead.add(unanswerable(authorization));
                    } else {
                        pending.add(ways);
                    }
                }
                case INVALID, DEACTIVATED, EXPIRED, REVOKED -> {
                    // Of a run before this one that died between the CA's word and the withdrawal.
                    presented.withdraw(ways.proofs());
                    dead.add(dead(authorization));
                }
            }
        }
        if (!dead.isEmpty()) {
            return new ValidationResult.Rejected(dead);
        }
        return pending.isEmpty() ? new ValidationResult.Authorized() : present(order, account, pending, presented);
    }

    private ValidationResult present(
            Order order, AcmeAccount account, List<ChallengeCandidates> pending, PresentedChallenges presented) {
        boolean caMayLook = false;
        try {
            List<ChallengeCandidates.Outcome> outcomes = Parallel.map(pending, ways -> ways.present(presented::add));
            List<IdentifierProblem> unseen = outcomes.stream()
                    .filter(ChallengeCandidates.Unseen.class::isInstance)
                    .map(outcome -> ((ChallengeCandidates.Unseen) outcome).problem())
                    .toList();
            if (!unseen.isEmpty()) {
                // The CA is not asked: its few failed validations per name and hour are for what we cannot see
                // ourselves.
                return new ValidationResult.Rejected(unseen);
            }
            caMayLook = true;
            Parallel.map(outcomes, outcome -> {
                if (outcome instanceof ChallengeCandidates.Seen(ChallengeCandidate proof)) {
                    account.respond(proof.challenge());
                }
                return outcome;
            });
            ValidationResult verdict = verdict(order, account);
            caMayLook = false;
            return verdict;
        } finally {
            if (!caMayLook) {
                presented.withdraw();
            }
        }
    }

    private ValidationResult verdict(Order order, AcmeAccount account) {
        return switch (account.await(order.acmeOrder(), firstLook, verdictLimit)) {
            // Beyond ready: finalized before this record was delivered again.
            case OrderProgress.Ready ready -> new ValidationResult.Authorized();
            case OrderProgress.Processing processing -> new ValidationResult.Authorized();
            case OrderProgress.Valid valid -> new ValidationResult.Authorized();
            case OrderProgress.Pending pending ->
                throw new RetryLater(Problem.of(
                        ErrorCode.STEP_TIMED_OUT,
                        "the CA has not decided about the proof within " + verdictLimit.toSeconds() + " s"));
            case OrderProgress.Invalid(Problem problem) -> refused(order, account, problem);
            case OrderProgress.Refused(Problem problem) -> ValidationResult.forAll(order.identifiers(), problem);
        };
    }

    /** The order's own error names one cause at most; the authorizations name one each. */
    private static ValidationResult refused(Order order, AcmeAccount account, Problem ofOrder) {
        List<IdentifierProblem> problems =
                Parallel.map(order.acmeOrder().authorizationUrls(), account::authorization).stream()
                        .filter(authorization -> authorization.status() == Authorization.Status.INVALID)
                        .map(OrderValidation::dead)
                        .toList();
        return problems.isEmpty()
                ? ValidationResult.forAll(order.identifiers(), ofOrder)
                : new ValidationResult.Rejected(problems);
    }

    /** In the order in which they are to be tried. */
    private List<ChallengeCandidate> proofs(Authorization authorization, ChallengeRules by, int attempt) {
        Map<ChallengeType, ChallengeCandidate> possible = new EnumMap<>(ChallengeType.class);
        for (ChallengeType method : ChallengeType.values()) {
            provers.stream()
                    .filter(prover -> prover.challengeType().equals(method.challengeType()))
                    .map(prover -> prover.by(by))
                    .filter(prover -> prover.suits(authorization))
                    .findFirst()
                    .flatMap(prover -> authorization
                            .challenge(method.challengeType())
                            .map(challenge -> new ChallengeCandidate(authorization.identifier(), challenge, prover)))
                    .ifPresent(proof -> possible.put(method, proof));
        }
        return by.methods(authorization.identifier(), authorization.wildcard(), possible.keySet(), attempt).stream()
                .map(possible::get)
                .toList();
    }

    private static IdentifierProblem unanswerable(Authorization authorization) {
        return new IdentifierProblem(
                shown(authorization),
                Problem.of(
                        ErrorCode.NO_USABLE_CHALLENGE,
                        "the CA offers no challenge that this installation can answer and that its rules allow"
                                + (authorization.wildcard() ? "; a wildcard needs dns-01 and a DNS provider" : "")));
    }

    private static IdentifierProblem dead(Authorization authorization) {
        Problem problem = authorization
                .problem()
                .orElseGet(() -> Problem.of(
                        ErrorCode.CHALLENGE_FAILED,
                        "the CA's authorization is " + authorization.status().name() + ", and it does not say why"));
        return new IdentifierProblem(shown(authorization), problem);
    }

    /** As it was ordered: the CA shows a wildcard by its base name. */
    private static Identifier shown(Authorization authorization) {
        return authorization.wildcard()
                ? Identifier.dns("*." + authorization.identifier().value())
                : authorization.identifier();
    }
}
