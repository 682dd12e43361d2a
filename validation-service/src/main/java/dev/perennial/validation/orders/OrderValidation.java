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
import dev.perennial.validation.challenges.Prover;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One try at proving an order. Every step may be repeated: the authorizations say what is left to do, presenting and
 * answering twice are harmless, and what was presented is withdrawn whatever happens.
 *
 * @param firstLook from our answers to the first look at the order
 * @param verdictLimit from our answers to the CA's verdict
 */
record OrderValidation(List<Prover> provers, Duration firstLook, Duration verdictLimit) {
    OrderValidation {
        provers = List.copyOf(provers);
    }

    /** @throws RetryLater where the CA is unavailable: nothing is lost, the same call again goes on from there */
    Verdict run(Order order, AcmeAccount account) {
        try {
            return prove(order, account);
        } catch (RetryLater e) {
            if (e.problem().code() == ErrorCode.ORDER_EXPIRED) {
                return Verdict.forAll(order.identifiers(), e.problem());
            }
            throw e;
        }
    }

    private Verdict prove(Order order, AcmeAccount account) {
        List<Authorization> authorizations =
                Together.map(order.acmeOrder().authorizationUrls(), account::authorization);
        List<IdentifierProblem> dead = new ArrayList<>();
        List<Proof> proofs = new ArrayList<>();
        for (Authorization authorization : authorizations) {
            switch (authorization.status()) {
                case VALID -> withdrawLeftovers(authorization);
                case PENDING ->
                    proof(authorization).ifPresentOrElse(proofs::add, () -> dead.add(unanswerable(authorization)));
                case INVALID, DEACTIVATED, EXPIRED, REVOKED -> dead.add(dead(authorization));
            }
        }
        if (!dead.isEmpty()) {
            return new Verdict.Rejected(dead);
        }
        return proofs.isEmpty() ? new Verdict.Authorized() : present(order, account, proofs);
    }

    private Verdict present(Order order, AcmeAccount account, List<Proof> proofs) {
        try {
            List<IdentifierProblem> unseen = Together.map(proofs, Proof::presentAndCheck).stream()
                    .flatMap(Optional::stream)
                    .toList();
            if (!unseen.isEmpty()) {
                // The CA is not asked: its few failed validations per name and hour are for what we cannot see
                // ourselves.
                return new Verdict.Rejected(unseen);
            }
            Together.map(proofs, proof -> {
                account.respond(proof.challenge());
                return proof;
            });
            return verdict(order, account);
        } finally {
            proofs.forEach(proof -> proof.prover().withdraw(proof.challenge()));
        }
    }

    private Verdict verdict(Order order, AcmeAccount account) {
        return switch (account.await(order.acmeOrder(), firstLook, verdictLimit)) {
            // Beyond ready: finalized before this record was delivered again.
            case OrderProgress.Ready ready -> new Verdict.Authorized();
            case OrderProgress.Processing processing -> new Verdict.Authorized();
            case OrderProgress.Valid valid -> new Verdict.Authorized();
            case OrderProgress.Pending pending ->
                throw new RetryLater(Problem.of(
                        ErrorCode.STEP_TIMED_OUT,
                        "the CA has not decided about the proof within " + verdictLimit.toSeconds() + " s"));
            case OrderProgress.Invalid(Problem problem) -> refused(order, account, problem);
            case OrderProgress.Refused(Problem problem) -> Verdict.forAll(order.identifiers(), problem);
        };
    }

    /** The order's own error names one cause at most; the authorizations name one each. */
    private static Verdict refused(Order order, AcmeAccount account, Problem ofOrder) {
        List<IdentifierProblem> problems =
                Together.map(order.acmeOrder().authorizationUrls(), account::authorization).stream()
                        .filter(authorization -> authorization.status() == Authorization.Status.INVALID)
                        .map(OrderValidation::dead)
                        .toList();
        return problems.isEmpty() ? Verdict.forAll(order.identifiers(), ofOrder) : new Verdict.Rejected(problems);
    }

    private Optional<Proof> proof(Authorization authorization) {
        return provers.stream()
                .filter(prover -> prover.suits(authorization))
                .flatMap(prover -> authorization
                        .challenge(prover.challengeType())
                        .map(challenge -> new Proof(authorization.identifier(), challenge, prover))
                        .stream())
                .findFirst();
    }

    /** Of a run before this one that died between the CA's yes and the withdrawal. */
    private void withdrawLeftovers(Authorization authorization) {
        proof(authorization).ifPresent(proof -> proof.prover().withdraw(proof.challenge()));
    }

    private static IdentifierProblem unanswerable(Authorization authorization) {
        return new IdentifierProblem(
                shown(authorization),
                Problem.of(
                        ErrorCode.NO_USABLE_CHALLENGE,
                        "the CA offers no challenge that this installation can answer"
                                + (authorization.wildcard() ? "; a wildcard needs dns-01" : "")));
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

    private record Proof(Identifier identifier, Authorization.Challenge challenge, Prover prover) {
        Optional<IdentifierProblem> presentAndCheck() {
            prover.present(identifier, challenge);
            return prover.check(identifier, challenge).map(problem -> new IdentifierProblem(identifier, problem));
        }
    }
}
