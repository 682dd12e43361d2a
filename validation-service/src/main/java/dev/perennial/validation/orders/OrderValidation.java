package dev.perennial.validation.orders;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.Authorization;
import dev.perennial.acme.OrderProgress;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Order;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.platform.concurrency.Parallel;
import dev.perennial.validation.challenges.ChallengeSolver;
import dev.perennial.validation.selection.ChallengeRules;
import dev.perennial.validation.selection.ChallengeType;
import dev.perennial.validation.selection.IssuerChallengeRules;
import dev.perennial.validation.selfcheck.ControlQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One attempt to validate an order. Every step is idempotent: the authorizations show the remaining work. Presented
 * responses are withdrawn when the CA has decided or was not contacted. While the CA may still validate (its answer
 * was lost or is late), the responses stay, and the caller withdraws them at the end.
 *
 * @param initialDelay from the challenge responses to the first poll of the order
 * @param validationTimeout from the challenge responses to the CA's decision
 * @param selfCheckAttempts attempts of an order that a failed self-check ends; in later ones the CA decides
 */
record OrderValidation(
        List<ChallengeSolver> solvers,
        IssuerChallengeRules rules,
        Duration initialDelay,
        Duration validationTimeout,
        ControlQuery control,
        int selfCheckAttempts) {
    OrderValidation {
        solvers = List.copyOf(solvers);
    }

    /**
     * @param presented the responses that are still presented after the call; shared by all attempts
     * @throws RetryLater if the CA is unavailable; the next call continues from there
     */
    ValidationResult run(Order order, AcmeAccount account, PresentedChallenges presented) {
        return switch (attempt(order, account, presented)) {
            case ValidationResult.Authorized authorized -> authorized;
            case ValidationResult.Rejected rejected -> confirmed(order, account, rejected);
        };
    }

    private ValidationResult attempt(Order order, AcmeAccount account, PresentedChallenges presented) {
        try {
            return validate(order, account, presented);
        } catch (RetryLater e) {
            if (e.problem().code() == ErrorCode.ORDER_EXPIRED) {
                return ValidationResult.forAll(order.identifiers(), e.problem());
            }
            throw e;
        }
    }

    /**
     * Requests the order before it is rejected. A redelivered record may concern an order that was finalized since: its
     * authorizations expire or disappear, and its names may no longer pass the self-check, but its certificate exists.
     */
    private static ValidationResult confirmed(Order order, AcmeAccount account, ValidationResult.Rejected rejected) {
        return switch (account.progress(order.acmeOrder())) {
            case OrderProgress.Ready ready -> new ValidationResult.Authorized();
            case OrderProgress.Processing processing -> new ValidationResult.Authorized();
            case OrderProgress.Valid valid -> new ValidationResult.Authorized();
            case OrderProgress.Pending pending -> rejected;
            case OrderProgress.Invalid invalid -> rejected;
            case OrderProgress.Refused refused -> rejected;
        };
    }

    private ValidationResult validate(Order order, AcmeAccount account, PresentedChallenges presented) {
        List<Authorization> authorizations = authorizations(order, account);
        ChallengeRules issuerRules = rules.of(order.issuer());
        List<IdentifierProblem> failed = new ArrayList<>();
        List<ChallengeCandidates> pending = new ArrayList<>();
        for (Authorization authorization : authorizations) {
            ChallengeCandidates options =
                    new ChallengeCandidates(authorization.ordered(), candidates(authorization, issuerRules, order));
            switch (authorization.status()) {
                case VALID -> presented.withdraw(options.candidates());
                case PENDING -> {
                    if (options.candidates().isEmpty()) {
                        failed.add(unsupported(authorization));
                    } else {
                        pending.add(options);
                    }
                }
                case INVALID, DEACTIVATED, EXPIRED, REVOKED -> {
                    // Presented by an earlier run that crashed between the CA's decision and the withdrawal.
                    presented.withdraw(options.candidates());
                    failed.add(failed(authorization));
                }
            }
        }
        if (!failed.isEmpty()) {
            return new ValidationResult.Rejected(failed);
        }
        return pending.isEmpty() ? new ValidationResult.Authorized() : present(order, account, pending, presented);
    }

    private ValidationResult present(
            Order order, AcmeAccount account, List<ChallengeCandidates> pending, PresentedChallenges presented) {
        boolean caMayValidate = false;
        boolean caDecides = order.attempt() > selfCheckAttempts;
        try {
            List<ChallengeCandidates.Outcome> outcomes =
                    Parallel.map(pending, options -> options.present(presented::add, control, caDecides));
            List<IdentifierProblem> failures = outcomes.stream()
                    .filter(ChallengeCandidates.Failed.class::isInstance)
                    .map(outcome -> ((ChallengeCandidates.Failed) outcome).problem())
                    .toList();
            if (!failures.isEmpty()) {
                // Skip the CA: it limits failed validations per name and hour.
                return new ValidationResult.Rejected(failures);
            }
            caMayValidate = true;
            Parallel.forEach(outcomes, outcome -> {
                if (outcome instanceof ChallengeCandidates.Ready(ChallengeCandidate candidate)) {
                    account.respond(candidate.challenge());
                }
            });
            ValidationResult decision = decision(order, account);
            caMayValidate = false;
            return decision;
        } finally {
            if (!caMayValidate) {
                presented.withdraw();
            }
        }
    }

    /** Waits for the CA's decision about the order. */
    OrderProgress await(Order order, AcmeAccount account) {
        return account.await(order.acmeOrder(), initialDelay, validationTimeout);
    }

    private ValidationResult decision(Order order, AcmeAccount account) {
        return switch (await(order, account)) {
            // The states after ready: the order was finalized before this record was delivered again.
            case OrderProgress.Ready ready -> new ValidationResult.Authorized();
            case OrderProgress.Processing processing -> new ValidationResult.Authorized();
            case OrderProgress.Valid valid -> new ValidationResult.Authorized();
            case OrderProgress.Pending pending ->
                throw new RetryLater(Problem.of(
                        ErrorCode.STEP_TIMED_OUT,
                        "the CA did not complete the validation within " + validationTimeout.toSeconds() + " s"));
            case OrderProgress.Invalid(Problem problem) -> refused(order, account, problem);
            case OrderProgress.Refused(Problem problem) -> ValidationResult.forAll(order.identifiers(), problem);
        };
    }

    /**
     * Requires the identifiers of the order: for others, the self-check could connect to an address of the CA's choice.
     */
    private static List<Authorization> authorizations(Order order, AcmeAccount account) {
        List<Authorization> authorizations =
                Parallel.map(order.acmeOrder().authorizationUrls(), account::authorization);
        authorizations.stream()
                .filter(authorization -> !order.identifiers().contains(authorization.ordered()))
                .findFirst()
                .ifPresent(foreign -> {
                    throw new RetryLater(Problem.of(
                            ErrorCode.CA_MISBEHAVED,
                            "the CA sent an authorization for an identifier that is not in the order; nothing was"
                                    + " presented or checked",
                            foreign.ordered().type() + " " + foreign.ordered().value() + " at " + foreign.url()));
                });
        return authorizations;
    }

    /** The order has at most one error; each authorization may have its own. */
    private static ValidationResult refused(Order order, AcmeAccount account, Problem orderProblem) {
        List<IdentifierProblem> problems = authorizations(order, account).stream()
                .filter(authorization -> authorization.status() == Authorization.Status.INVALID)
                .map(OrderValidation::failed)
                .toList();
        return problems.isEmpty()
                ? ValidationResult.forAll(order.identifiers(), orderProblem)
                : new ValidationResult.Rejected(problems);
    }

    /** The usable challenges, in order of preference. */
    private List<ChallengeCandidate> candidates(Authorization authorization, ChallengeRules issuerRules, Order order) {
        Map<ChallengeType, ChallengeCandidate> possible = new EnumMap<>(ChallengeType.class);
        for (ChallengeType method : ChallengeType.values()) {
            solvers.stream()
                    .filter(solver -> solver.challengeType().equals(method.challengeType()))
                    .map(solver -> solver.forIssuer(order.issuer(), issuerRules))
                    .filter(solver -> solver.supports(authorization))
                    .findFirst()
                    .flatMap(solver -> authorization
                            .challenge(method.challengeType())
                            .map(challenge -> new ChallengeCandidate(authorization.identifier(), challenge, solver)))
                    .ifPresent(candidate -> possible.put(method, candidate));
        }
        return issuerRules
                .methods(authorization.identifier(), authorization.wildcard(), possible.keySet(), order.attempt())
                .stream()
                .map(possible::get)
                .toList();
    }

    private static IdentifierProblem unsupported(Authorization authorization) {
        return new IdentifierProblem(
                authorization.ordered(),
                Problem.of(
                        ErrorCode.NO_USABLE_CHALLENGE,
                        "the CA offers no challenge type that this installation supports and its rules allow"
                                + (authorization.wildcard() ? "; a wildcard requires dns-01 and a DNS provider" : "")));
    }

    private static IdentifierProblem failed(Authorization authorization) {
        Problem problem = authorization
                .problem()
                .orElseGet(() -> Problem.of(
                        ErrorCode.CHALLENGE_FAILED,
                        "the CA set the authorization to "
                                + authorization.status().name() + " without an error"));
        return new IdentifierProblem(authorization.ordered(), problem);
    }
}
